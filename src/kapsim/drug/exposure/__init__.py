"""A regimen in a simulated population: concentrations, effects, their summary."""
