"""A protocol as a file: read with limits, and what is wrong said with its place."""
