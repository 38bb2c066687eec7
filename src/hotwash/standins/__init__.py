"""Scripted holders of seats: they see what their seat sees and give the commands that a person would give."""
