"""What the bot remembers, and how it is written down."""
