"""What an erratum says of a month that was sealed."""
