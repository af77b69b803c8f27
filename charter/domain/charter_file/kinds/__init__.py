"""What single kinds of indicators say in the charter file."""
