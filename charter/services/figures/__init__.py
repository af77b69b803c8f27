"""Figures that people enter, upload, push and correct."""
