"""What happens, and whom it concerns."""
