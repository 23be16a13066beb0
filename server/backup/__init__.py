"""Backups: the whole database and, when wanted, the objects, in one sealed zip that either database can take back.

The outer zip holds `manifest.json`, which says what made it and when, and `contents.sealed`: another zip, encrypted,
with each table as JSON lines, the objects by their SHA-256, and a list of what it holds.
"""
