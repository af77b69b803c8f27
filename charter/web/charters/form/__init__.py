"""The form of a thing as it is shown: what is open, what is folded, the columns to choose from, how it reads."""
