"""Alerts: their page, what time alone changes, who is told."""
