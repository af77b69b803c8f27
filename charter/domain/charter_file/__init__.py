"""The charter file: its shape (models), reading with line numbers, writing, the published schema, the plan and the linter."""
