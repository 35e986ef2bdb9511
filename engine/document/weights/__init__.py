"""Weights in and out: named tensors as one value, and the files that hold them. Nothing is ever unpickled."""
