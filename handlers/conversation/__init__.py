"""The conversation engine: asks questions, reads answers, keeps the state, and looks up who serves what."""
