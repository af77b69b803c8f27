"""What may be concluded, in words, and by which rules."""
