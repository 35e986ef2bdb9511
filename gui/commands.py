"""The command line: opens the window, or solves, exports and checks answers without one.

Loads Qt only for what draws: `solve` and `check` need neither Qt nor GL.
"""

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NoReturn

import msgspec

from engine.base.i18n import Language, languages, message, translate
from gui.argument_error import ArgumentError
from gui.exit_codes import EXIT_BAD_INPUT, EXIT_INTERRUPTED
from gui.labargs import (
    add_lab_arguments,
    data_from_options,
    lab_from_json,
    lab_from_options,
    read_request,
    spelled_names,
)
from gui.terminal import prepare, shown_language

if TYPE_CHECKING:
    from engine.document.lab import Lab
    from engine.solving.solution import Solution
    from engine.solving.stages import Solver

log = logging.getLogger(__name__)

FAILURE: Final = "Something went wrong: {detail} (more with --debug)"
STDOUT, STDERR = 1, 2  # as libraries know them
DONE: Final = 0
FAILED: Final = 1
MAX_LINE: Final = 20_000_000  # bytes of a request
SYMBOLIC_SERVER: Final = "--symbolic-server"  # of a frozen bundle; see engine.symbolic.client

# Options whose value may begin with a minus sign, which argparse would take for another option.
VALUED: Final = {"-f": "--formula", "--formula": "--formula", "--start": "--start"}

USAGE: Final = """%(prog)s [LAB.nabla]                            open the window
       %(prog)s solve  (LAB | -f FORMULA) [options]    print partials, critical points and runs
       %(prog)s export (LAB | -f FORMULA) [options] -o OUT
       %(prog)s check  --jsonl                         check answers, one a line"""


HEADINGS: Final = ("usage:", "positional arguments:", "options:")  # argparse's own words


class Parser(argparse.ArgumentParser):
    """argparse in either language, with our way of saying what is wrong."""

    def __init__(self, language: Language, **options: Any) -> None:
        self._language = language
        super().__init__(allow_abbrev=False, add_help=False, **options)
        self.add_argument("-h", "--help", action="help", help="show this help and exit")

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        """With its help, written in English, in the parser's language."""
        if options.get("help") not in (None, argparse.SUPPRESS):
            options["help"] = translate(options["help"], self._language)
        return super().add_argument(*names, **options)

    def format_help(self) -> str:
        text = super().format_help()
        for heading in HEADINGS:
            text = text.replace(heading, translate(heading, self._language), 1)
        return text

    def error(self, text: str) -> NoReturn:
        raise ArgumentError(message("{detail} (see --help)", detail=text))


def main(argv: Sequence[str]) -> int:
    """Run the command line; the exit code."""
    argv = _joined(argv)
    prepare()
    if "--debug" in argv:
        logging.basicConfig(level=logging.INFO)
    if argv[:1] == [SYMBOLIC_SERVER]:
        from engine.symbolic.server import main as child

        return child([])
    wish = _value_of("--lang", argv)
    language = shown_language(wish if wish in languages() else "en", sys.stderr)
    try:
        return _run(argv, language)
    except ArgumentError as error:
        print(explain(error, language), file=sys.stderr)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; do not let the interpreter complain about it while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if "--debug" in argv:
            raise
        text = translate(FAILURE, language, detail=repr(error))
        print(f"nablascope: {text}", file=sys.stderr)
        return FAILED


def explain(error: ArgumentError, language: Language) -> str:
    """What, where (with a caret under the place), and what to do."""
    lines = [f"nablascope: {error.message.render(language)}"]
    if error.text and error.span is not None:
        lo, hi = error.span
        first = max(0, lo - 40)
        shown = error.text[first : lo + 40].replace("\n", " ").replace("\t", " ")
        width = min(max(1, hi - lo), max(1, len(shown) - (lo - first)))
        lines += [f"    {shown}", "    " + " " * (lo - first) + "^" * width]
    if error.hint is not None:
        lines.append(error.hint.render(language))
    return "\n".join(lines)


def _run(argv: list[str], language: Language) -> int:
    commands: dict[str, Callable[[list[str], Language], int]] = {
        "solve": _solve,
        "export": _export,
        "check": _check,
    }
    if argv and argv[0] in commands:
        return commands[argv[0]](argv[1:], language)
    parser = Parser(language, prog="nablascope", usage=translate(USAGE, language))
    parser.add_argument("lab", nargs="?", metavar="LAB", help="a lab file (*.nabla) to open")
    parser.add_argument("--lang", choices=tuple(languages()), help="the language of the window")
    parser.add_argument("--theme", choices=("light", "dark"), help="the look of the window")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    options = parser.parse_args(argv)
    from gui.app import run

    return run(options.lab, language=options.lang, theme=options.theme)


def _solve(argv: list[str], language: Language) -> int:
    parser = Parser(language, prog="nablascope solve")
    add_lab_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--jsonl", action="store_true", help="read a JSON request a line, print an answer a line"
    )
    parser.add_argument(
        "--partials",
        action="append",
        default=[],
        metavar="NAME",
        help="write this partial derivative only, such as 0.weight[1,0]; repeatable",
    )
    parser.add_argument("--batch-losses", action="store_true", help="print the losses of the batches too")
    parser.add_argument("--lang", choices=tuple(languages()), default="en", help="the language of messages")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    options = parser.parse_args(argv)

    from engine.solving.stages import Solver

    solver = Solver()
    try:
        with _stdout_of_ours() as out:
            if options.jsonl:
                return _solve_lines(options, solver, out)
            lab = lab_from_options(options, options.lab)
            asked = spelled_names(lab, options.partials)
            solution = _solved(solver, lab, asked)
            if options.json:
                from engine.writers.json_report import report

                _warn(solution, language)
                answer = report(solution, asked=asked, batch_losses=options.batch_losses)
                out.write(msgspec.json.encode(answer) + b"\n")
                return DONE
        from engine.writers.summary import summary

        print(summary(solution, shown_language(options.lang, sys.stdout)), flush=True)
        return DONE
    finally:
        solver.close()


def _solve_lines(options: argparse.Namespace, solver: "Solver", out: BinaryIO) -> int:
    from engine.writers.json_report import report

    data = data_from_options(options)
    for line in _lines(sys.stdin.buffer):
        if not line.strip():
            continue
        try:
            if len(line) > MAX_LINE:
                raise ArgumentError(message("A request takes at most {most} MB.", most=MAX_LINE // 1_000_000))
            request = read_request(line)
            lab = lab_from_json(request, options, data)
            asked = spelled_names(lab, request.partials)
            solution = _solved(solver, lab, asked)
            _warn(solution, shown_language(options.lang, sys.stderr))
            answer = report(solution, asked=asked, batch_losses=request.batch_losses)
        except ArgumentError as error:
            span = list(error.span) if error.span and error.in_formula else None
            answer = {"error": {"message": _with_hint(error, options.lang), "span": span}}
        except Exception as error:  # one request never takes the others with it
            log.info("request failed", exc_info=True)
            text = translate(FAILURE, options.lang, detail=repr(error))
            answer = {"error": {"message": text, "span": None}}
        out.write(msgspec.json.encode(answer) + b"\n")
        out.flush()
    return DONE


@contextlib.contextmanager
def _stdout_of_ours() -> Iterator[BinaryIO]:
    """Standard output for our answers alone: what a library prints there of its own, as LAPACK does of a NaN,
    goes to standard error meanwhile."""
    sys.stdout.flush()
    try:
        sys.stdout.fileno()
    except OSError:  # it is no file, so that no library prints there
        yield sys.stdout.buffer
        return
    ours = os.dup(STDOUT)
    os.dup2(STDERR, STDOUT)
    try:
        with open(ours, "wb", closefd=False) as out:
            yield out
    finally:
        os.dup2(ours, STDOUT)
        os.close(ours)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream; of one longer than MAX_LINE no more than its beginning, one byte longer."""
    while line := stream.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE + 1)
        yield line


def _solved(solver: "Solver", lab: "Lab", asked: Sequence[str] = ()) -> "Solution":
    from engine.solving.stages import report_request

    *_, solution = solver.solve(report_request(lab, asked))
    for problem in solution.problems:
        if problem.fatal:
            about = problem.place == "formula"
            raise ArgumentError(
                problem.message,
                text=lab.formula if about else None,
                span=problem.span,
                hint=problem.hint,
                in_formula=about,
            )
    return solution


def _warn(solution: "Solution", language: Language) -> None:
    """Say what the numbers do not: why a run is shorter than asked for, or left out."""
    for problem in solution.problems:
        print(explain(ArgumentError(problem.message, hint=problem.hint), language), file=sys.stderr)


def _export(argv: list[str], language: Language) -> int:
    from gui.export.arguments import add_arguments
    from gui.export.command import run_export

    parser = Parser(language, prog="nablascope export")
    add_lab_arguments(parser, many_labs=True)
    add_arguments(parser)
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    return run_export(parser.parse_args(argv))


def _check(argv: list[str], language: Language) -> int:
    parser = Parser(language, prog="nablascope check")
    parser.add_argument(
        "--jsonl", action="store_true", help="read a JSON request a line, print an answer a line"
    )
    parser.add_argument("--lang", choices=tuple(languages()), default="en", help="the language of messages")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    options = parser.parse_args(argv)
    if not options.jsonl:
        raise ArgumentError(message("Give --jsonl: answers are read from standard input, one a line."))

    from gui.checking import checked

    with _stdout_of_ours() as out:
        for number, line in enumerate(_lines(sys.stdin.buffer), 1):
            if line.strip():
                out.write(msgspec.json.encode(checked(line, number, options.lang)) + b"\n")
                out.flush()
    return DONE


def _with_hint(error: ArgumentError, language: Language) -> str:
    said = error.message.render(language)
    if error.hint is None:
        return said
    return f"{said}{'' if said.endswith(('.', '!', '?')) else '.'} {error.hint.render(language)}"


def _joined(argv: Sequence[str]) -> list[str]:
    joined: list[str] = []
    rest = iter(argv)
    for token in rest:
        value = next(rest, None) if token in VALUED else None
        joined.append(token if value is None else f"{VALUED[token]}={value}")
    return joined


def _value_of(option: str, argv: list[str]) -> str | None:
    for token, following in zip(argv, [*argv[1:], ""], strict=False):
        if token == option:
            return following
        if token.startswith(f"{option}="):
            return token.partition("=")[2]
    return None
