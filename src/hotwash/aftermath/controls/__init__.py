"""Controls: whether outputs can be tied to what made them, who may change what, and how each control is operated."""
