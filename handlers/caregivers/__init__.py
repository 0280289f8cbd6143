"""Caregivers: access to a person's data by that person's consent, with notices to both."""
