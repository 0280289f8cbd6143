"""Status: the stage of a file, by account or by receipt, and messages to staff."""
