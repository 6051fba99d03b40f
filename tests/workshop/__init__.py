"""A Django app like those of our users: its operations misbehave, for the tests."""
