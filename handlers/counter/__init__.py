"""The counter: somebody stands before an officer, who finds their file and does one thing for them at a time."""
