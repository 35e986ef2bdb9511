"""A network, its fit and its curves as pictures: drawn with any painter, pointed at by hand. GUI thread."""
