"""What can be said of a function before anyone presses play: critical points, their kinds, a diagnosis."""

from engine.analysis.analyse import analyse
from engine.analysis.classify import kind_of
from engine.analysis.critical_points import critical_points
from engine.analysis.diagnosis import diagnose
from engine.analysis.stability import LocalModel, local_model, stability_limit

__all__ = [
    "LocalModel",
    "analyse",
    "critical_points",
    "diagnose",
    "kind_of",
    "local_model",
    "stability_limit",
]
