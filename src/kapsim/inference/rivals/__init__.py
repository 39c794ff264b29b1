"""Rival explanations: calibrated, compared, and what a protocol comes to under each."""
