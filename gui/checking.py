"""One line of `check --jsonl` → what is printed for it. Any thread; loads neither Qt nor GL."""

import logging
from typing import Any, Final

import msgspec

from engine.answers.judge import judge
from engine.answers.question import Question
from engine.answers.reading import AnswerError
from engine.base.i18n import Language, Message, message

log = logging.getLogger(__name__)

MAX_LINE: Final = 100_000  # bytes of a question


def checked(line: bytes, number: int, language: Language) -> dict[str, Any]:
    """The judgement on one line, or an error that says where. number: of the line, from 1."""
    try:
        if len(line) > MAX_LINE:
            raise AnswerError(message("A question takes at most {most} kB.", most=MAX_LINE // 1000), None)
        return judge(msgspec.json.decode(line, type=Question)).report()
    except AnswerError as error:
        return _error(number, error, language)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return _error(
            number, AnswerError(message("Bad request: {detail}", detail=str(error)), None), language
        )
    except Exception as error:  # one question never takes the others with it
        log.info("question failed", exc_info=True)
        said = message("Something went wrong: {detail} (more with --debug)", detail=repr(error))
        return _error(number, AnswerError(said, None), language)


def _error(number: int, error: AnswerError, language: Language) -> dict[str, Any]:
    place: Message = message("Line {line}", line=number)
    if error.field is not None:
        place = message("Line {line}, {field}", line=number, field=error.field)
    said = f"{place.render(language)}: {error.message.render(language)}"
    if error.hint is not None:
        said += f"{'' if said.endswith(('.', '!', '?')) else '.'} {error.hint.render(language)}"
    return {"error": {"message": said, "line": number, "field": error.field, "span": error.span}}
