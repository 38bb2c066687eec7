"""What is said, to whom, by when, and whether it may be said: pure functions of a kit and of the facts known at a moment.
A drill calls on them, and so does an organisation on its own facts."""
