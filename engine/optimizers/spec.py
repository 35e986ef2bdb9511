"""Optimizers as text: `adam(lr=0.05, beta1=0.9, schedule=cosine(steps=200), noise=0.1)`.

The one notation of the command line, of JSON requests and of what the app prints. Read by an own tokenizer.
Any thread; msgspec only.
"""

import difflib
import math
import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, NoReturn

from msgspec import Struct

from engine.base.i18n import Message, message
from engine.optimizers.catalogue import METHODS, SCHEDULES, Racer
from engine.optimizers.method import FieldSpec, Method, fields_of, tag_of
from engine.optimizers.schedules import Constant

LONGEST: Final = 2000  # characters
ALIASES: Final = {"sgd": "gd", "signsgd": "sign", "l_bfgs": "lbfgs"}
RACER_KEYS: Final = {"clip": "clip_norm"}
TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<number>[+\-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-−]?\d+)?|[+\-−]?(?:inf|nan)\b)
      | (?P<name>[^\W\d]\w*)
      | (?P<string>"[^"]*"|'[^']*')
      | (?P<mark>[(),=])
    )""",
    re.VERBOSE,
)


class SpecError(Exception):
    """What is wrong with a spec, where, and what to do.

    Attributes:
        message: what is wrong. span: the (from, to) characters of the text. hint: what to do, if known.
        field: the setting that is wrong, "lr", or "".
    """

    def __init__(
        self, text: Message, span: tuple[int, int], hint: Message | None = None, field: str = ""
    ) -> None:
        super().__init__(text.render())
        self.message = text
        self.span = span
        self.hint = hint
        self.field = field


class _Token(NamedTuple):
    kind: str  # "number", "name", "string", "mark", "end"
    text: str
    span: tuple[int, int]


class _Call(NamedTuple):
    name: _Token
    arguments: dict[str, tuple[_Token, "_Token | _Call"]]


def parse_spec(text: str) -> Racer:
    """The Racer that a spec describes.

    Raises:
        SpecError: an unknown name, a wrong or missing sign, a number out of its bounds; with the place.

    >>> racer = parse_spec("adam(lr=0.05, beta1=0.8)")
    >>> racer.optimizer.lr, racer.optimizer.beta1, racer.optimizer.beta2
    (0.05, 0.8, 0.999)
    >>> parse_spec("gd(lr=0.1, schedule=cosine(steps=50), noise=0.2)").schedule.steps
    50
    """
    if len(text) > LONGEST:
        raise SpecError(
            message("The optimizer is longer than {limit} characters.", limit=LONGEST), (LONGEST, len(text))
        )
    call = _Reader(text).read()
    method = _lookup(call.name, METHODS, ALIASES)
    racer_fields = {field.name: field for field in fields_of(Racer) if field.name != "enabled"}
    own = {name for name in racer_fields if name in _field_names(method)}
    settings: dict[str, Any] = {}
    outer: dict[str, Any] = {}
    for key, (token, value) in call.arguments.items():
        name = RACER_KEYS.get(key, key)
        if name == "schedule":
            outer["schedule"] = _schedule(value)
        elif name in racer_fields and name not in own:
            outer[name] = _value(racer_fields[name], value)
        else:
            field = _find(token, method, (*racer_fields, *RACER_KEYS, "schedule"))
            settings[field.name] = _value(field, value)
    optimizer = method(**settings)
    for field_name, problem in optimizer.conflicts():
        span = call.arguments[field_name][0].span if field_name in call.arguments else call.name.span
        raise SpecError(problem, span, field=field_name)
    return Racer(optimizer=optimizer, **outer)


def format_spec(subject: Racer | Method, *, full: bool = False) -> str:
    """The spec of a racer or an optimizer; settings at their default are left out, but for lr, unless `full`.

    >>> format_spec(parse_spec("adam( beta1 = .8 )"))
    'adam(lr=0.001, beta1=0.8)'
    >>> parse_spec(format_spec(parse_spec("gd(schedule=step(every=5), clip=1)"))).clip_norm
    1.0
    """
    if not isinstance(subject, Racer):
        return _format_call(subject, full, always=("lr",))
    extra = []
    if subject.schedule != Constant():
        extra.append(f"schedule={_format_call(subject.schedule, full)}")
    for name in ("noise", "clip_norm"):
        value = getattr(subject, name)
        if value:
            extra.append(f"{name}={_format_value(value)}")
    if subject.name:
        extra.append(f"name={_format_value(subject.name)}")
    return _format_call(subject.optimizer, full, always=("lr",), extra=extra)


def label(racer: Racer) -> str:
    """What a racer is called where the language does not matter: its own name or its spec."""
    return racer.name or format_spec(racer)


class _Reader:
    """Tokens → calls: call := name [ "(" [ key "=" value { "," key "=" value } ] ")" ]."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.index = 0

    def read(self) -> _Call:
        if self._peek().kind == "end":
            raise SpecError(
                message("An optimizer is missing."),
                (0, max(1, len(self.text))),
                message("Write one, for example {example}.", example="gd(lr=0.1)"),
            )
        call = self._call(depth=0)
        self._expect_end()
        return call

    def _peek(self) -> _Token:
        return self.tokens[self.index]

    def _next(self) -> _Token:
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def _call(self, depth: int) -> _Call:
        name = self._next()
        if name.kind != "name":
            _unexpected(name, message("the name of an optimizer"))
        arguments: dict[str, tuple[_Token, _Token | _Call]] = {}
        if self._peek().text != "(" or self._peek().kind != "mark":
            return _Call(name, arguments)
        self._next()
        while not self._is_mark(")"):
            key = self._next()
            if key.kind != "name":
                hint = None
                if key.kind == "number":
                    hint = message("Name it, for example {example}.", example=f"lr={key.text}")
                _unexpected(key, message("a setting such as {example}", example="lr=0.1"), hint)
            if key.text in arguments:
                raise SpecError(message("{name} is given twice.", name=key.text), key.span, field=key.text)
            if not self._is_mark("="):
                _unexpected(self._peek(), message("“=” after {name}", name=key.text))
            self._next()
            arguments[key.text] = (key, self._argument(depth))
            if self._is_mark(","):
                self._next()
            elif not self._is_mark(")"):
                _unexpected(self._peek(), message("“,” or “)”"))
        self._next()
        return _Call(name, arguments)

    def _argument(self, depth: int) -> "_Token | _Call":
        token = self._peek()
        if token.kind == "name" and depth == 0:
            following = self.tokens[self.index + 1]
            if following.kind == "mark" and following.text == "(":
                return self._call(depth + 1)
        if token.kind in ("mark", "end"):
            _unexpected(token, message("a value"))
        return self._next()

    def _is_mark(self, mark: str) -> bool:
        return self._peek().kind == "mark" and self._peek().text == mark

    def _expect_end(self) -> None:
        if self._peek().kind != "end":
            _unexpected(self._peek(), message("the end of the optimizer"))


def _tokens(text: str) -> Iterable[_Token]:
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise SpecError(message("“{sign}” means nothing here.", sign=text[start]), (start, start + 1))
        kind = match.lastgroup or "mark"
        yield _Token(kind, match.group(kind), match.span(kind))
        position = match.end()
    yield _Token("end", "", (end, end + 1))


def _unexpected(token: _Token, expected: Message, hint: Message | None = None) -> NoReturn:
    if token.kind == "end":
        text = message("The optimizer ends where {expected} should come.", expected=expected)
    else:
        text = message("“{found}” stands where {expected} should come.", found=token.text, expected=expected)
    raise SpecError(text, token.span, hint)


def _lookup(name: _Token, table: dict[str, type[Any]], aliases: dict[str, str]) -> type[Any]:
    word = name.text.lower()
    word = aliases.get(word, word)
    if word in table:
        return table[word]
    raise SpecError(
        message("There is no optimizer or schedule named “{name}”.", name=name.text),
        name.span,
        _suggestion(word, table),
    )


def _suggestion(word: str, known: Iterable[str]) -> Message:
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return message("Did you mean {name}?", name=close[0])
    return message("There are: {names}.", names=", ".join(names))


def _field_names(settings: type[Struct]) -> set[str]:
    return {field.name for field in fields_of(settings)}


def _find(key: _Token, settings: type[Struct], others: tuple[str, ...] = ()) -> FieldSpec:
    for field in fields_of(settings):
        if field.name == key.text:
            return field
    known = [field.name for field in fields_of(settings)]
    raise SpecError(
        message("{method} has no setting “{name}”.", method=tag_of(settings), name=key.text),
        key.span,
        _suggestion(key.text, [*known, *others]),
        field=key.text,
    )


def _schedule(value: "_Token | _Call") -> Any:
    call = value if isinstance(value, _Call) else _Call(value, {})
    kind = _lookup(call.name, SCHEDULES, {})
    settings = {}
    for token, given in call.arguments.values():
        field = _find(token, kind)
        settings[field.name] = _value(field, given)
    schedule = kind(**settings)
    for name, problem in schedule.conflicts():
        token = call.arguments[name][0] if name in call.arguments else call.name
        raise SpecError(problem, token.span, field=name)
    return schedule


def _value(field: FieldSpec, given: "_Token | _Call") -> Any:
    token = given.name if isinstance(given, _Call) else given
    word = token.text[1:-1] if token.kind == "string" else token.text
    if isinstance(given, _Call):
        _wrong(field, token, message("a number"))
    if field.kind == "text":
        return word
    if field.kind == "bool":
        if word.lower() in ("true", "false"):
            return word.lower() == "true"
        _wrong(field, token, message("true or false"))
    if field.kind == "choice":
        if word in field.choices:
            return word
        _wrong(field, token, message("one of {names}", names=", ".join(field.choices)))
    if token.kind != "number":
        _wrong(field, token, message("a number"))
    number = float(word.replace("−", "-"))
    problem = field.problem(number)
    if problem is not None:
        raise SpecError(problem, token.span, field=field.name)
    if field.kind == "int":
        if number != math.floor(number):
            _wrong(field, token, message("a whole number"))
        return int(number)
    return number


def _wrong(field: FieldSpec, token: _Token, expected: Message) -> NoReturn:
    raise SpecError(
        message(
            "{name} ({description}) must be {expected}, not “{found}”.",
            name=field.name,
            description=field.description,
            expected=expected,
            found=token.text,
        ),
        token.span,
        field=field.name,
    )


def _format_call(part: Struct, full: bool, always: tuple[str, ...] = (), extra: Iterable[str] = ()) -> str:
    shown = [
        f"{field.name}={_format_value(getattr(part, field.name))}"
        for field in fields_of(type(part))
        if full or field.name in always or getattr(part, field.name) != field.default
    ]
    shown += extra
    return f"{tag_of(type(part))}({', '.join(shown)})" if shown else tag_of(type(part))


def _format_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        quote = "'" if '"' in value else '"'
        return value if re.fullmatch(r"[^\W\d]\w*", value) else f"{quote}{value}{quote}"
    return f"{value:.15g}" if float(f"{value:.15g}") == value else repr(value)
