"""What is given: amounts, schedules, limits and exposure."""
