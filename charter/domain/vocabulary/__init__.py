"""The words that every room speaks: terms, periods, working days, counts, rights, refusals."""
