"""The programmes an office offers: the catalogue it edits, who may apply and why, and what it asks for."""
