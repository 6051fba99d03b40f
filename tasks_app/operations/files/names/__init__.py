"""What the names of columns, and names in columns, stand for."""
