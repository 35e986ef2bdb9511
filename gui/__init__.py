"""The window: draws what the engine has solved. Does no mathematics of its own."""
