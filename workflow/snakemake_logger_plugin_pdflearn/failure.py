"""What a run shows of a job that failed: the last lines of its log, and where the log is."""

import os
from collections.abc import Sequence
from pathlib import Path

from snakemake_logger_plugin_pdflearn.run import Job

LAST_LINES = 12
LONGEST_LINE = 300
# How a line of a rule's log begins that tells of an error (pdflearn.study.logs).
ERROR = "ERROR "


def printable(line: str) -> str:
    """A line with nothing in it that a terminal obeys, cut where it is very long.

    Examples
    --------
    >>> printable("red\\x1b[31m")
    'red?[31m'
    """
    shown = "".join(char if char.isprintable() else "?" for char in line.expandtabs())
    return shown if len(shown) <= LONGEST_LINE else shown[:LONGEST_LINE] + " ..."


def read_lines(path: str) -> list[str]:
    """The lines of a log, printable; none where it cannot be read."""
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [printable(line) for line in text.splitlines()]


def log_of_failure(job: Job, further: Sequence[str] = ()) -> str | None:
    """The log that tells why a job failed.

    Parameters
    ----------
    job : Job
    further : sequence of str
        Other logs, such as the scheduler's, that are looked at where the rule's says nothing.

    Returns
    -------
    str or None
        The path of the first log that was written since the job started; None without one.
    """
    own = [path for path in job.logs if job.wrote(path)]
    others = [path for path in further if path not in job.logs and os.path.isfile(path)]
    return next((path for path in [*own, *others] if read_lines(path)), None)


def tells_of_error(job: Job) -> bool:
    """Whether a job's own log, as written since it started, tells of an error."""
    return any(
        line.startswith(ERROR) for path in job.logs if job.wrote(path) for line in read_lines(path)
    )
