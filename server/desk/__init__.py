"""The review desk: which submissions wait, what one says at a glance, and decisions about many at once."""
