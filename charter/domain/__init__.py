"""The rules: pure functions and frozen dataclasses; no Flask, no SQLAlchemy, no clock, no I/O."""
