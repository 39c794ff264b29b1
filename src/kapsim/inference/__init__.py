"""Calibration to published results, comparison of explanations, sensitivity."""
