"""Linear kinetics: compartments, their exact modes, and what is given when."""
