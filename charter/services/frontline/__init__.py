"""What staff read and tell."""
