"""The drill engine: commands in, events out. Pure: it neither sleeps, reads the time nor draws a random number."""
