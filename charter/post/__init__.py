"""How words leave the house: written in the reader's language, sent by mail or told to a program."""
