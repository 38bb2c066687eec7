"""Causes: what a team holds to have led to a failure, each step with its evidence."""
