"""Which checks are due, who has claimed them, whether the alarm clock lives."""
