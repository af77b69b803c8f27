"""The director's desk and the page of a commitment."""
