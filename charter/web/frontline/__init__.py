"""The intranet page, what staff tell, posters."""
