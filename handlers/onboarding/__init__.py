"""Onboarding: who we are, how to address an account, and whether we may keep its data."""
