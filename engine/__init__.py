"""The mathematics of Nablascope: formulas, derivatives, fields, descent. Never imports Qt or GL."""
