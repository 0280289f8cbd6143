"""The staff room: how people come into an office, what their post lets them do, and how they leave it."""
