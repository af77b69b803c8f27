"""Editing the charter in the browser: forms over the plain values of a charter file, and the draft they change."""
