"""Words for played requests: made from a row's facts on demand, the same every time, kept nowhere."""
