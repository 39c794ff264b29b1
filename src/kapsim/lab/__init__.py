"""The virtual laboratory: published experiments on the mechanisms of the patients."""
