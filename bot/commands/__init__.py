"""The commands of `sapa`, one module each; each loads what it needs only when it is run."""
