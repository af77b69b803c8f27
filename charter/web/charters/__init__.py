"""The charter's pages: versions, draft, its forms."""
