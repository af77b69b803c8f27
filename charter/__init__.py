"""Promesse: a tracker of customer-charter commitments."""

VERSION = "0.2.0"
"""The release: said here alone; CHANGELOG.md begins with it."""
