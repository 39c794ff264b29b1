"""The published studies simulated at many points, and a quadratic that stands in."""
