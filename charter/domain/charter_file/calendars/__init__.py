"""Calendars of the organisation: weeks with opening hours, closed and opened days."""
