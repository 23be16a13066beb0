"""Data out: submissions as tables, and the files that analysts download."""
