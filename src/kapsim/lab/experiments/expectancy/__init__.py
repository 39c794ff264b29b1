"""Experiments on expectancy."""
