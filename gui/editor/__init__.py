"""The formula editor: text on one line, typeset above it as it is typed. GUI thread."""
