"""Figures and the page of the laboratory."""
