"""How each command is decided, one file a family."""
