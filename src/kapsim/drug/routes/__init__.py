"""Ways into the body: one file for each family of published parameters."""
