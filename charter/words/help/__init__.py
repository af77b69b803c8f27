"""Help in words: the Markdown of the documents (docs/help, docs/aide), one source for pages and for terms."""
