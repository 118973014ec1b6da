"""Refuse to run while result files have future timestamps, and move such timestamps back.

    python workflow/pdflearn/study/timestamps.py

moves the timestamps of all results back by as much as the youngest one is ahead of the clock.

Snakemake tells by timestamps which results are out of date. After a clock was set back, a new
result looks older than what was computed from the result before it, which would then pass as up to
date.

Snakemake imports this while it parses, and the command runs where the project is not installed:
standard library only.
"""

import os
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path

RESULTS = Path("results")
COMMAND = shlex.join([sys.executable, os.path.relpath(__file__)])
# Seconds that the clock of a file server may be ahead without harm.
TOLERANCE = 60.0


class TimestampError(RuntimeError):
    """Results have future timestamps; the message says which, and what to do."""


def _entries(folder: Path) -> Iterator[os.DirEntry]:
    for entry in os.scandir(folder) if folder.is_dir() else ():
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path))
        else:
            yield entry


def seconds_ahead(folder: Path = RESULTS) -> tuple[float, str]:
    """How far the youngest file of a folder is ahead of the clock, in seconds, and its name."""
    times = ((entry.stat(follow_symlinks=False).st_mtime, entry.path) for entry in _entries(folder))
    youngest, name = max(times, default=(0.0, ""))
    return youngest - time.time(), name


def check(folder: Path = RESULTS) -> None:
    """Refuse results with future timestamps.

    Raises
    ------
    TimestampError
    """
    seconds, name = seconds_ahead(folder)
    if seconds > TOLERANCE:
        raise TimestampError(
            f"{name} has a timestamp {seconds / 3600:.2f} hours in the future: the clock was set "
            "back, and new results would seem older than those that follow from them. Set the "
            f"clock right, or move the timestamps of all results back: {COMMAND}"
        )


def move_back(folder: Path = RESULTS) -> float:
    """Move the timestamps of all files back until none is in the future; their order stays.

    Returns
    -------
    float
        By how many seconds.
    """
    seconds, _ = seconds_ahead(folder)
    if seconds > 0.0:
        for entry in _entries(folder):
            state = entry.stat(follow_symlinks=False)
            times = (state.st_atime, state.st_mtime - seconds)
            os.utime(entry.path, times, follow_symlinks=False)
    return max(seconds, 0.0)


if __name__ == "__main__":
    if not RESULTS.is_dir():
        sys.exit("timestamps: there is no folder results here")
    print(f"The timestamps of all results were moved back by {move_back():.0f} s")
