"""Which parameters a trial reads, and drawing those that could as well be others."""
