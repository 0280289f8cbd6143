"""The conversation engine: asks questions, reads answers, keeps the state, and dispatches updates and events."""
