"""A file next to an earlier one."""
