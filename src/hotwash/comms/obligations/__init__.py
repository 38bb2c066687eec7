"""Which duties to notify may exist, from which moment their clocks run, until when, and what a notice holds.

It asks, counts and writes down; it does not decide whether a duty exists. Not legal advice."""
