"""People and devices: who they are, how they sign in, what they were assigned."""
