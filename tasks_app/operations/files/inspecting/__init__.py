"""The first reading of a file: what it is, and what its rows hold."""
