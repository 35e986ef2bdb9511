"""The mathematics of Nablascope: formulas, derivatives, fields, descent. Knows no window: never imports Qt or GL."""
