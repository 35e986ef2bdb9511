"""Comparing pictures with golden ones: `NABLASCOPE_GOLDEN=write` (or `make golden`) draws them anew."""

import os
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from engine.base.paths import ROOT

FOLDER: Final = ROOT / "tests" / "golden"
MEAN_LIMIT: Final = 1.5  # of 255, over all pixels and channels
FAR: Final = 48  # a pixel is wrong where a channel is off by more
FAR_SHARE: Final = 0.01  # of the pixels may be wrong: edges fall differently on other renderers


def pixels(image: QImage) -> NDArray[np.uint8]:
    """(height, width, 4), uint8, RGBA, top row first."""
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(rgba.constBits(), np.uint8).reshape(rgba.height(), rgba.bytesPerLine())
    return rows[:, : rgba.width() * 4].reshape(rgba.height(), rgba.width(), 4).copy()


def rgb(image: QImage) -> NDArray[np.int16]:
    """(height, width, 3), signed, so that pictures can be subtracted."""
    return pixels(image)[..., :3].astype(np.int16)


def assert_golden(
    image: QImage, name: str, *, mean_limit: float = MEAN_LIMIT, far_share: float = FAR_SHARE
) -> None:
    """Assert that `image` looks like tests/golden/`name`.png; where asked to, write it instead.

    On failure the picture is left beside the golden one as `name`.new.png.
    """
    path = FOLDER / f"{name}.png"
    if os.environ.get("NABLASCOPE_GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        assert image.convertToFormat(QImage.Format.Format_RGB888).save(str(path))
        return
    assert path.exists(), f"no golden picture {path}; draw it with `make golden` and look at it"
    golden = rgb(QImage(str(path)))
    drawn = rgb(image)
    fresh = path.with_suffix(".new.png")
    difference = np.abs(golden - drawn) if golden.shape == drawn.shape else np.full((1, 1, 3), 255)
    mean, far = float(difference.mean()), float((difference.max(axis=-1) > FAR).mean())
    if mean > mean_limit or far > far_share:
        image.save(str(fresh))
    assert golden.shape == drawn.shape, f"{name}: {drawn.shape} instead of {golden.shape}; see {fresh}"
    assert mean <= mean_limit, f"{name}: off by {mean:.2f} of 255 in the mean; see {fresh}"
    assert far <= far_share, f"{name}: {far:.2%} of the pixels are off; see {fresh}"
    fresh.unlink(missing_ok=True)
