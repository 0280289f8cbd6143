"""Runs: settings, updates in, one transaction each, messages out, time and the web."""
