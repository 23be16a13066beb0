"""What a form asks and how often it was answered how, for people who read the data."""
