"""Experiments on long courses: relapse and resistance."""
