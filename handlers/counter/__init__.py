"""The counter: an officer finds the file of a person who is present, and does one service at a time."""
