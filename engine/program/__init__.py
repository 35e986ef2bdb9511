"""What a formula is to the machine: its program, and the protocol of a function of many variables."""
