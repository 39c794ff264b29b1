"""What happens to the patients of each arm: doses, contacts, people, and simulation."""
