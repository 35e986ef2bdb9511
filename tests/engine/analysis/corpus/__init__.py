"""Functions, and what is true of each."""
