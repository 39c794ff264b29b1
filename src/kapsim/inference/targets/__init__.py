"""What is fitted to what: endpoints with their errors, parameters with their priors."""
