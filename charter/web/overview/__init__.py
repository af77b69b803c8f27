"""Desk, commitment page, what is embedded elsewhere."""
