"""What is removed for good: the trash after its time, what has expired, and objects that nothing points at any more."""
