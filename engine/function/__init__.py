"""The function as numbers: value and derivatives at points, sampled on a grid, and how heights are shown."""
