"""Typed models of every content file. `load` reads files into these and locates each mistake."""
