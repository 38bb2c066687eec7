"""The living service: traffic tape, faults, levers, play, harm, telemetry and texts. Reached only through `ports.system`."""
