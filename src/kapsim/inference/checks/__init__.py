"""Whether the calibration finds what is known to be there."""
