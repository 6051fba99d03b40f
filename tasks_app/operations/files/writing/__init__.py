"""The second reading of a file: its rows go to the downloads."""
