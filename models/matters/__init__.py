"""What people write in everyday words, and where the bot leads them for it."""
