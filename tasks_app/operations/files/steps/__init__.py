"""The steps of processing a file, each of which may pause and go on."""
