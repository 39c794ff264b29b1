"""A trial changed on purpose: a piece taken out, the therapy moved to other days."""
