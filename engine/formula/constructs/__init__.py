"""The constructs of the formula language, each of which reads one thing; none of them knows the grammar."""
