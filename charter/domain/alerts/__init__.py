"""When somebody is told, and at which hours."""
