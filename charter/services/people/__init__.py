"""Accounts, owners, tokens, and when each person may be written to."""
