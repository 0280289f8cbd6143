"""Staff: how officers join an office, what their post lets them do, and how they leave it."""
