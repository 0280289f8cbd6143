"""The real process against the sandbox: killed at random instants, and with everything around it failing."""
