"""Trials that were run in people: what was observed beside what is predicted."""
