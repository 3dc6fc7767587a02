"""The support desk: a complaint is owned until it is solved, and the group stays calm."""
