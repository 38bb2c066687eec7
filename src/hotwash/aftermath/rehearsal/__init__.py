"""What many drills of one kit have in common."""
