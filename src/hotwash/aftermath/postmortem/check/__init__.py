"""What a postmortem is checked for, one file a question."""
