"""What is said of a run: why it ended so, its step worked out, its rule."""
