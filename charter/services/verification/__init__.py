"""Proof that nothing was rewritten."""
