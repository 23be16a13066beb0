"""Submissions: taking them in, reading them, reviewing them."""
