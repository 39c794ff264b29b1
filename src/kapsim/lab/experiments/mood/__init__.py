"""Experiments on mood."""
