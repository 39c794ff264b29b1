"""Experiments on body."""
