"""Short marks of rows and tables, by which they are known again."""
