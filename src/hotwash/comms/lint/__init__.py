"""Draft lint: what a text says that it should not, and lacks that it needs, judged by what is known at that moment."""
