"""Experiments on criticism."""
