"""Writes schedule_table.json, the rates of torch.optim.lr_scheduler that the schedules must reproduce.

Run by hand where PyTorch 2.13 is installed: `python make_schedule_table.py`. Of a schedule that PyTorch lets
climb after its end, the rates up to its end.
"""

import json
import math
import warnings
from pathlib import Path

LR, CALLS = 0.3, 70


def schedulers():
    from torch.optim import lr_scheduler

    return lr_scheduler


def rates(make, losses=None, calls=CALLS):
    """The rate of each step: before any call of the scheduler, and after each."""
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=LR)
    schedule = make(optimizer)
    found = [optimizer.param_groups[0]["lr"]]
    for call in range(calls):
        optimizer.step()
        schedule.step(*(() if losses is None else (losses[call],)))
        found.append(optimizer.param_groups[0]["lr"])
    return found


def warmed(optimizer):
    of_torch = schedulers()
    rise = of_torch.LinearLR(optimizer, start_factor=0.2, total_iters=7)
    return of_torch.SequentialLR(
        optimizer, [rise, of_torch.CosineAnnealingWarmRestarts(optimizer, T_0=9)], milestones=[7]
    )


CASES = {
    "restarts(first=10)": lambda o: schedulers().CosineAnnealingWarmRestarts(o, T_0=10),
    "restarts(first=5, multiple=2, floor=0.1)": lambda o: schedulers().CosineAnnealingWarmRestarts(
        o, T_0=5, T_mult=2, eta_min=0.1 * LR
    ),
    "restarts(first=1, multiple=3)": lambda o: schedulers().CosineAnnealingWarmRestarts(o, T_0=1, T_mult=3),
    "onecycle(steps=71)": lambda o: schedulers().OneCycleLR(o, LR, total_steps=71, cycle_momentum=False),
    "onecycle(steps=71, rise=0.45, anneal=linear, div_factor=10, final_div_factor=100)": (
        lambda o: schedulers().OneCycleLR(
            o,
            LR,
            total_steps=71,
            pct_start=0.45,
            anneal_strategy="linear",
            div_factor=10.0,
            final_div_factor=100.0,
            cycle_momentum=False,
        )
    ),
    "warmup(steps=12, start=0.25)": lambda o: schedulers().LinearLR(o, start_factor=0.25, total_iters=12),
    "restarts(first=9, warmup=7, warmup_start=0.2)": warmed,
    "polynomial(steps=50, power=2.5)": lambda o: schedulers().PolynomialLR(o, total_iters=50, power=2.5),
    "polynomial(steps=40)": lambda o: schedulers().PolynomialLR(o, total_iters=40),
    'multistep(milestones="8, 30, 31", gamma=0.3)': lambda o: schedulers().MultiStepLR(
        o, milestones=[8, 30, 31], gamma=0.3
    ),
    "step(every=9, gamma=0.7)": lambda o: schedulers().StepLR(o, step_size=9, gamma=0.7),
    "exponential(gamma=0.93)": lambda o: schedulers().ExponentialLR(o, gamma=0.93),
}

FLAT = [1.0] * CALLS
WAVY = [2.0 + math.sin(k) * 0.97**k - 0.01 * min(k, 30) for k in range(CALLS)]
LOST = [3.0, math.nan, math.inf, -1.0, -1.0, -1.00001, *[-1.0] * (CALLS - 6)]
WATCHED = [
    ("plateau", {}, "FLAT"),
    (
        "plateau(patience=3, gamma=0.5, cooldown=4, floor=0.02)",
        {"patience": 3, "factor": 0.5, "cooldown": 4, "min_lr": 0.02 * LR},
        "WAVY",
    ),
    (
        "plateau(patience=2, gamma=0.2, threshold=0.05, threshold_mode=abs)",
        {"patience": 2, "factor": 0.2, "threshold": 0.05, "threshold_mode": "abs"},
        "WAVY",
    ),
    ("plateau(patience=1, gamma=0.01)", {"patience": 1, "factor": 0.01}, "LOST"),
]


def main():
    warnings.simplefilter("ignore")
    timed = [[spec, rates(make)] for spec, make in CASES.items()]
    watched = []
    for spec, arguments, name in WATCHED:
        losses = globals()[name]
        theirs = rates(lambda o, a=arguments: schedulers().ReduceLROnPlateau(o, **a), losses)
        watched.append([spec, [str(loss) for loss in losses], theirs])
    table = {"lr": LR, "timed": timed, "watched": watched}
    (Path(__file__).parent / "schedule_table.json").write_text(json.dumps(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
