"""Experiments on sessions and what they leave."""
