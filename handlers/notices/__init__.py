"""Event notices and sign-up: planned once, posted on time, once, at a human pace."""
