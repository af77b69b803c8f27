"""Codes -> words in French and English, and the writing of numbers, dates and sentences; no web, no database."""
