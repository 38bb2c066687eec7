"""Recorded traces as a tape: real runs, with the configurations for which a real outcome exists."""
