"""Which numbers of the model the results of a protocol hang on most."""
