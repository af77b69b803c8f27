"""The charter in force and its versions."""
