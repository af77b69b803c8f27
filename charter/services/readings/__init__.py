"""Readings: the figures that hold, projected from measurements."""
