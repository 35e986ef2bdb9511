"""Which brackets belong together, and what typing one does. Pure text; any thread."""

import re
from typing import Final

PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSERS: Final = {closer: opener for opener, closer in PAIRS.items()}
_WORD_BEFORE = re.compile(r"[A-Za-z][A-Za-z0-9_]*$")
_BEFORE_A_TERM: Final = "+-−*·×/÷^_=<>,;([{|"


def matching(text: str, caret: int) -> tuple[int, int] | None:
    """The places of the bracket beside the caret (before it, else after it) and of its partner.

    >>> matching("f(x)", 4)
    (1, 3)
    """
    for place in (caret - 1, caret):
        if 0 <= place < len(text) and (text[place] in PAIRS or text[place] in _CLOSERS):
            partner = _partner(text, place)
            if partner is not None:
                return min(place, partner), max(place, partner)
    return None


def _partner(text: str, place: int) -> int | None:
    step = 1 if text[place] in PAIRS else -1
    stack = 0
    position = place
    while 0 <= position < len(text):
        character = text[position]
        opens = character in (PAIRS if step > 0 else _CLOSERS)
        closes = character in (_CLOSERS if step > 0 else PAIRS)
        stack += opens - closes
        if stack == 0:
            first, second = (place, position) if step > 0 else (position, place)
            return position if PAIRS[text[first]] == text[second] else None
        position += step
    return None


def function_around(text: str, caret: int) -> str:
    """The word before the innermost open bracket around the caret; "" if there is none.

    >>> function_around("2 atan2(y, (x", 10)
    'atan2'
    """
    depth = 0
    for place in range(caret - 1, -1, -1):
        depth += (text[place] in _CLOSERS) - (text[place] in PAIRS)
        if depth < 0:
            word = _WORD_BEFORE.search(text[:place])
            return word[0] if word else ""
    return ""


def closer_for(text: str, caret: int, typed: str) -> str:
    """What is put behind the caret when `typed` is typed there: the closing bracket, or nothing.

    A bar opens where a term is expected. Nothing is closed right before a term, so that brackets can be put
    around what is there already.
    """
    after = text[caret : caret + 1]
    if after and after not in " )]},;+-−*·×/÷^=|<>":
        return ""
    if typed in PAIRS:
        return PAIRS[typed]
    if typed == "|":
        before = text[:caret].rstrip()
        if (not before or before[-1] in _BEFORE_A_TERM) and text.count("|") % 2 == 0:
            return "|"
    return ""


def types_over(text: str, caret: int, typed: str) -> bool:
    """Whether `typed` only steps over the same closing bracket behind the caret."""
    if text[caret : caret + 1] != typed:
        return False
    if typed == "|":
        return text.count("|") % 2 == 0 and bool(text[:caret].rstrip()) and text[:caret].count("|") % 2 == 1
    if typed not in _CLOSERS:
        return False
    opener = _CLOSERS[typed]
    return text.count(opener) <= text.count(typed)


def is_empty_pair(text: str, caret: int) -> bool:
    """Whether the caret is within "()", "[]", "{}" or "||"."""
    if not 0 < caret < len(text):
        return False
    opener, closer = text[caret - 1], text[caret]
    return PAIRS.get(opener) == closer or (opener == closer == "|" and text.count("|") == 2)
