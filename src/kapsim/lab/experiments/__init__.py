"""One experiment a file; the file of the same name in `published` holds its result."""
