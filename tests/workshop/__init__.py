"""A Django app like those of our users: it brings operations, here ones that misbehave."""
