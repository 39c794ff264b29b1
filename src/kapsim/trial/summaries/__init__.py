"""From scores to what is told: means, contrasts, intervals, a new trial's range."""
