"""From what would happen to people to trials as data: who, where, when, by whom."""
