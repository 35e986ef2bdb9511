"""The panels around the views: timeline, race, variables, curves, steps, diagnosis. GUI thread."""
