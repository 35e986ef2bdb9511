"""The stability limit that the learning-rate slider marks. GUI thread."""

import numpy as np

from engine.solution import Run, Solution


def stability_limit_of(solution: Solution, run: Run | None) -> float | None:
    """2/λ_max at the minimum nearest to the end of `run`; None where there is none, or it is flat."""
    analysis = solution.analysis
    if analysis is None or run is None:
        return None
    end = run.points[-1] if np.isfinite(run.points[-1]).all() else run.points[0]
    minima = [p for p in analysis.critical_points if p.kind == "minimum" and len(p.point) == len(end)]
    nearest = min(minima, key=lambda p: float(np.linalg.norm(p.point - end)), default=None)
    if nearest is None or not nearest.eigenvalues[-1] > 0:
        return None
    return 2.0 / float(nearest.eigenvalues[-1])
