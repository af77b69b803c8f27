"""Promesse: a tracker of customer-charter commitments."""
