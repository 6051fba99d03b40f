"""What the cells of a column hold, and columns that are added to them."""
