"""Long work that was asked for."""
