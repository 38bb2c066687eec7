"""The sections of the after-action report, one file a group."""
