"""Experiments on belief."""
