"""What lies on the disk, held against the rows of the database."""
