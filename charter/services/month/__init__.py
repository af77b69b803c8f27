"""The month of one unit, as every face prints it."""
