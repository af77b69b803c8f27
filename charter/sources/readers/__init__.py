"""Reading what a company has: files, databases, HTTP, uploads."""
