"""Following a file: where it stands, what is stored about it, and a person of the staff who answers."""
