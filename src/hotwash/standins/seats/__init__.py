"""One policy a seat. What a seat does is here; how well it does it is its profile."""
