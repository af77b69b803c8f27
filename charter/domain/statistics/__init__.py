"""Intervals and control charts, as published."""
