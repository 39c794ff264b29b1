"""What happened to a person: histories, event tables, predicted concentrations."""
