"""What clients connect to: sockets, event streams, long polls."""
