"""What a class rests on, what is decided, what expires."""
