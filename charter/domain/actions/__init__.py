"""What is done about a miss, and whether it worked."""
