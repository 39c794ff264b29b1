"""Experiments on rank."""
