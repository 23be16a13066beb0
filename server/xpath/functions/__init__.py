"""The function library, one module for each field; `library.FUNCTIONS` holds all of it by name."""
