"""Experiments on brain."""
