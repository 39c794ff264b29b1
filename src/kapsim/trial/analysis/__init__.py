"""Statistics of trials on plain arrays, one method a file."""
