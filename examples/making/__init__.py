"""The data of the example charter: its months, its agencies, its stories, its tables and their files."""
