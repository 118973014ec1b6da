"""Results younger than the clock: nothing may be made beside them.

    python workflow/pdflearn/study/timestamps.py

moves the times of all results back, by as much as the youngest is ahead. Snakemake tells by the
times of files what has to follow a result that was made anew. After a clock was set back, a new
result is older than what was made from the one before it, which would then pass as up to date.

Standard library only: Snakemake looks while it parses, and it runs by its path, where the project
is not installed.
"""

import os
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path

RESULTS = Path("results")
COMMAND = shlex.join([sys.executable, os.path.relpath(__file__)])
# Clocks of file servers are ahead by so much without harm (seconds).
TOLERANCE = 60.0


class ClockError(RuntimeError):
    """Results lie in the future; the message says which and what to do."""


def _files(folder: Path) -> Iterator[os.DirEntry]:
    for entry in os.scandir(folder) if folder.is_dir() else ():
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        else:
            yield entry


def ahead(folder: Path = RESULTS) -> tuple[float, str]:
    """How many seconds the youngest file of a folder is ahead of the clock, and its name."""
    times = ((entry.stat(follow_symlinks=False).st_mtime, entry.path) for entry in _files(folder))
    youngest, name = max(times, default=(0.0, ""))
    return youngest - time.time(), name


def check(folder: Path = RESULTS) -> None:
    """Refuse results from the future.

    Raises
    ------
    ClockError
    """
    seconds, name = ahead(folder)
    if seconds > TOLERANCE:
        raise ClockError(
            f"{name} was written {seconds / 3600:.2f} hours from now, so the clock was set back; "
            "what is made now would seem older than what follows from it. Set the clock right, or "
            f"move the times of all results back: {COMMAND}"
        )


def set_back(folder: Path = RESULTS) -> float:
    """Move the times of all files back until none is ahead, in their order; by how many seconds."""
    seconds, _ = ahead(folder)
    if seconds > 0.0:
        for entry in _files(folder):
            state = entry.stat(follow_symlinks=False)
            times = (state.st_atime, state.st_mtime - seconds)
            os.utime(entry.path, times, follow_symlinks=False)
    return max(seconds, 0.0)


if __name__ == "__main__":
    if not RESULTS.is_dir():
        sys.exit("clock: there is no folder results here")
    print(f"The times of all results were moved back by {set_back():.0f} s")
