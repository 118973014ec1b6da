"""Draw what a terminal shows of a run: docs/terminal.svg, the picture in the README.

    python docs/draw_terminal.py COMMAND ...

runs the command in a terminal of its own, to its end, and draws what stood there when some verdicts
had been told. `make docs/terminal.svg` does so with the study of `make quick`.
"""

import fcntl
import io
import os
import pty
import struct
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pyte
from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).with_name("terminal.svg")
COLUMNS, LINES = 92, 24
# The picture is of the first moment with so many of these words on the screen, and a bar.
WORDS, TIMES, BAR = "accepted", 4, "left"
TITLE = "make quick"


def screens(command: list[str]) -> Iterator[pyte.Screen]:
    """Run a command in a terminal; yield the screen after each piece that it writes."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(LINES)}
        os.execvp(command[0], command)  # noqa: S606
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the command has ended
            break
        stream.feed(piece)
        yield screen
    os.waitpid(child, 0)


def shown(screen: pyte.Screen) -> str:
    """The text on the screen."""
    return "\n".join(line.rstrip() for line in screen.display)


def drawn(screen: pyte.Screen) -> Text:
    """The screen with its colours."""
    text = Text()
    for row in range(screen.lines):
        for column in range(screen.columns):
            char = screen.buffer[row][column]
            colour = char.fg if char.fg != "default" else ""
            colour = {"brown": "yellow"}.get(colour, colour)
            if len(colour) == 6 and not colour.isalpha():
                colour = f"#{colour}"
            text.append(char.data, style=f"{'bold ' if char.bold else ''}{colour}".strip())
        text.append("\n")
    text.rstrip()
    return text


def main() -> None:
    """Run the command and draw its terminal once."""
    picture = None
    for screen in screens(sys.argv[1:]):
        text = shown(screen)
        if picture is None and text.count(WORDS) >= TIMES and BAR in text:
            picture = drawn(screen)
    if picture is None:
        sys.exit(f"the terminal never showed {TIMES} lines with {WORDS!r}:\n{text}")
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    console.print(picture)
    console.save_svg(str(PICTURE), title=TITLE)
    print(PICTURE)


if __name__ == "__main__":
    main()
