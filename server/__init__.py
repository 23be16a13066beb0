"""Transect: a field-survey server for ODK-compatible clients.

`docs/architecture.md` shows the layers; `tests/test_architecture.py` enforces them.
"""
