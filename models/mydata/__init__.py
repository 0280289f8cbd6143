"""What people may ask about their own data, and what staff owe them an answer to, within the hours of the law."""
