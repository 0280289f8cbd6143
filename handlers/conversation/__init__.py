"""Asking: how a question is put, and how what comes back is read. It knows no talk."""
