"""From rows to counts: one grouped expression for any engine."""
