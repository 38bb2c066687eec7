"""What triage found, section by section, as blocks."""
