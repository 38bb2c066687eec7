"""Use cases of exercise control: open, act, tick, run, close, verify. Knows ports, never adapters."""
