"""The month in order: headline, verdicts, changes, what was not measured."""
