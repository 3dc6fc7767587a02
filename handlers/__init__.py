"""What happens with each kind of message."""
