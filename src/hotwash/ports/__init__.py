"""Seams to the world outside, as Protocols with small frozen dataclasses. No implementation lives here."""
