"""Random numbers by a seed, one stream a purpose, so that drawing more for one leaves the others as they are.

Any thread; numpy only.
"""

from typing import Final, Literal

from numpy.random import PCG64, Generator, SeedSequence

Purpose = Literal["noise", "start", "shuffle", "split", "labels", "weights", "directions"]
_KEYS: Final[dict[Purpose, tuple[int, ...]]] = {
    "noise": (),  # default_rng's own stream
    "start": (1,),
    "shuffle": (2,),
    "split": (3,),
    "labels": (4,),
    "weights": (5,),
    "directions": (6,),
}


def stream(seed: int, purpose: Purpose, *part: int) -> Generator:
    """The numbers of `seed` for `purpose`, or a part of it, from the first on; the same everywhere."""
    return Generator(PCG64(SeedSequence(seed, spawn_key=(*_KEYS[purpose], *part))))
