"""Many virtual trials of one design: power, error rates, bias, assurance."""
