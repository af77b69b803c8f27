"""The charter file as text: read with its lines, written, canonical, its published schema."""
