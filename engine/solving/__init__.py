"""From a Lab to its Solution, stage by stage, on the engine thread; and a moment of it to draw."""
