"""Figures that people enter: what a row must hold."""
