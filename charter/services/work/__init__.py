"""The kinds of long work, and who does them."""
