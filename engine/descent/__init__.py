"""Optimizers at work: the loop, when a run is over, what is kept of it, forks, basins."""
