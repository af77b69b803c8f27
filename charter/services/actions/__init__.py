"""Comments and actions about what was missed."""
