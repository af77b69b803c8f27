"""The rows. Import from the module of the noun."""
