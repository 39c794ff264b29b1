"""Experiments on control."""
