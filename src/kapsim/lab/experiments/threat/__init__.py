"""Experiments on threat."""
