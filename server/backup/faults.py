"""What can be wrong with a backup or with where it is to go."""


class BackupError(Exception):
    """The message says what is wrong and what to do about it."""
