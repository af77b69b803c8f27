"""Promesse: a tracker of customer-charter commitments."""

VERSION = "0.1.0"
"""The release; pyproject.toml says the same."""
