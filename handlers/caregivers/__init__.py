"""The family: helping somebody with their own yes, being helped, and both knowing of it."""
