"""How news reaches one client: kept, merged, put in words, sent."""
