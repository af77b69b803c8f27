"""What is kept of what was done, in words."""
