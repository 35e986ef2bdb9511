"""What every room stands on: arrays, texts in two languages, round numbers, cancellation, files."""
