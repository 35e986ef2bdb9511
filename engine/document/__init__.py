"""What the user chose: the Lab, its file and its table, and its variables resolved against the formula."""
