"""What the command prints: lines without anything that a terminal obeys, colours, JSON."""

import json
import os
import sys
from typing import Any, TextIO

JSON_VERSION = 1  # of what --json prints; grows where an entry changes its meaning or goes
_COLOURS = {"green": "32", "yellow": "33", "red": "31", "bold": "1", "dim": "2"}


def has_colours(stream: TextIO) -> bool:
    """Whether a stream is a terminal that shows colours (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def coloured(text: str, colour: str, stream: TextIO | None = None) -> str:
    """A text in a colour where the stream is a terminal, and as it is elsewhere.

    Parameters
    ----------
    text : str
    colour : {"green", "yellow", "red", "bold", "dim", ""}
    stream : text stream, optional
        Where it is printed; standard output by default.
    """
    if not colour or not has_colours(stream or sys.stdout):
        return text
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"


def print_json(what: str, *, in_a_line: bool = False, **entries: Any) -> None:
    """Print one JSON document: what it is, the version of its schema, and the entries.

    docs/command.md describes the documents; workflow/schemas/command.schema.json checks them.

    Parameters
    ----------
    what : str
        The command.
    in_a_line : bool, default False
        Whether it is one of many documents, each of which is a line, printed at once.
    **entries
    """
    import pdflearn

    head = {"format": f"pdflearn-{what}", "version": JSON_VERSION, "pdflearn": pdflearn.__version__}
    indent = None if in_a_line else 1
    text = json.dumps(head | entries, indent=indent, ensure_ascii=True, allow_nan=False)
    print(text, flush=in_a_line)
