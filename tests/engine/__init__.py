"""The engine with its real processes: workers, keepers, beats, commands."""
