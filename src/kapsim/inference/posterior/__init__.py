"""Draws of the posterior on the emulator, and what they foretell."""
