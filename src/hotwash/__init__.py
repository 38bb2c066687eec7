"""Hotwash: a flight simulator for AI incidents."""

__version__ = "0.1.0"
