"""Ids, drill time, events, seeds, audiences and errors: what every other room is made of. Standard library only."""
