"""Retention: how long each kind of data is kept, from the days in the office's file, and its removal after them."""
