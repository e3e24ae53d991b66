"""Clients at work: each in processes of its own, which end with it, here or on a cluster."""
