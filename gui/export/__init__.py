"""Films, pictures and numbers of a Lab, with or without a screen: dialog, offscreen renderer, encoders."""
