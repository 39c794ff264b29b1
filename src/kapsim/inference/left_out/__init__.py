"""Each study foretold from all others."""
