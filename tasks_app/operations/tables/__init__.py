"""Reads the tables of a file that somebody uploaded, and writes safe cells."""
