"""Entering and uploading figures."""
