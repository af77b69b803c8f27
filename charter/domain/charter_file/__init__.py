"""The charter file: its shape, reading with line numbers, writing, the published schema and the plan."""
