"""Faults of every kind at random moments, counted: `make faults` writes RESULTS.md."""
