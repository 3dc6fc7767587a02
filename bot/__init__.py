"""The runtime: how things said are heard, stored, timed and answered."""
