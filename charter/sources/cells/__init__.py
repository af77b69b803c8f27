"""How cells are written: dates, numbers, instants, by column and never guessed."""
