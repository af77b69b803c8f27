"""From counts to a reading: value, target, status, steps."""
