"""From votes to a class: suggested, decided by a person, expiring."""
