"""What every page shares: access, layout, languages, headers, errors."""
