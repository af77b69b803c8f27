"""The analyses of the command line: a table in, a verdict out."""
