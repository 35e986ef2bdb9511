"""Korean particles that depend on the sound before them: 1은, 2는. Any thread; standard library only.

A translation writes both, as in "{name}은(는)"; where the sound is known, only the right one is left.
"""

import re
from typing import Final

_PAIRS: Final = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)라": ("이라", "라"),
}
_WRITTEN: Final = re.compile(
    r"(?P<before>\S?[^\s”’)\]}])(?P<closing>[”’)\]}]{0,4})(?P<pair>" + "|".join(map(re.escape, _PAIRS)) + ")"
)
_PLAIN: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
# How the names of digits and letters end: 일, 칠, 팔, 엘, 알 in ㄹ; the closed ones in another consonant.
_IN_L: Final = "178lrLR"
_CLOSED: Final = "036mnMNε⁰¹²³⁴⁵⁶⁷⁸⁹"  # a power ends in 제곱
_OPEN: Final = "2459%abcdefghijkopqstuvwxyzABCDEFGHIJKOPQSTUVWXYZαβγδζηθικλμνξπρστυφχψω∞"


def with_particles(text: str) -> str:
    """`text` with the particles that fit; both stay where the sound is not known.

    >>> with_particles("η = 1.1이(가) 3은(는) (x = 2)은(는) 10⁻⁷을(를) 점을(를) “ab”은(는) λ(으)로 7(으)로")
    'η = 1.1이 3은 (x = 2)는 10⁻⁷을 점을 “ab”은(는) λ로 7로'
    """
    return _WRITTEN.sub(_chosen, text)


def _chosen(match: re.Match[str]) -> str:
    sound = _sound(match["before"].translate(_PLAIN))
    if sound is None:
        return match[0]
    closed, opened = _PAIRS[match["pair"]]
    short = sound == "open" or (sound == "l" and match["pair"] == "(으)로")
    return match["before"] + match["closing"] + (opened if short else closed)


def _sound(word: str) -> str | None:
    """How the end of a word is read: "open", "l" or "closed"; None where several letters may be a word."""
    last = word[-1]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return "open" if final == 0 else "l" if final == 8 else "closed"
    if last.isascii() and last.isalpha() and word[-2:-1].isalpha():
        return None
    return "l" if last in _IN_L else "closed" if last in _CLOSED else "open" if last in _OPEN else None
