"""What must agree between the parts of a charter file."""
