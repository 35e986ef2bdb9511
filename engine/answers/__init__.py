"""Answers of learners: checked by meaning against the expected one, the slip behind a wrong one named."""
