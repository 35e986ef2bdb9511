"""What a narrow encoding is given."""

import io
import sys

import pytest

from gui.terminal import prepare, shown_language

SAID = "∂f/∂x → −3.37×10⁻⁷, λ₁ ≈ 2, ŷ = “η”"


def written(monkeypatch: pytest.MonkeyPatch, encoding: str, text: str) -> str:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    prepare()
    print(text, end="", flush=True)
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "wanted"),
    [
        ("utf-8", SAID),
        ("ascii", 'df/dx -> -3.37x10^-7, lambda_1 ~ 2, y = "eta"'),
        ("cp1252", "df/dx -> -3.37×10^-7, lambda_1 ~ 2, y = “eta”"),
        ("cp949", "∂f/∂x → -3.37×10^-7, λ₁ ~ 2, y = “η”"),
    ],
)
def test_a_letter_that_is_missing_is_spelled(monkeypatch, encoding: str, wanted: str) -> None:
    assert written(monkeypatch, encoding, SAID) == wanted


def test_any_letter_can_be_written(monkeypatch) -> None:
    every = "".join(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x11000), 0x1F600]))
    assert len(written(monkeypatch, "ascii", every)) > len(every)


@pytest.mark.parametrize(("encoding", "language"), [("utf-8", "ko"), ("cp949", "ko"), ("cp1252", "en")])
def test_korean_is_spoken_where_it_can_be_read(encoding: str, language: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    assert shown_language("ko", stream) == language
    assert shown_language("en", stream) == "en"
