"""When a check is due, late, lapsed."""
