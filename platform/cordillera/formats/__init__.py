"""How numbers are written where Django's own habit of a language is not that of our Parties."""
