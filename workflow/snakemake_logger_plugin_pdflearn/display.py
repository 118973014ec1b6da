"""How a run is shown: progress bars in a terminal, a short line a job elsewhere."""

import os
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TextIO

from snakemake_logger_plugin_pdflearn.run import Job, Run, about, duration

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

# What a line is about: how it is coloured in a terminal.
PLAIN, GOOD, WARNING, ERROR = "default", "green", "yellow", "bold red"
REFRESHES_PER_SECOND = 2
# A bar takes what the words leave of a line, within these limits.
MIN_BAR, MAX_BAR, WORDS_WIDTH = 10, 32, 64


class Display(Protocol):
    """What shows a run."""

    def begin(self, run: Run) -> None:
        """The jobs are known and will start."""

    def job_finished(self, run: Run, job: Job, seconds: float) -> None:
        """A job has run, in so many seconds."""

    def say(self, lines: Sequence[str], style: str = PLAIN) -> None:
        """Show lines; the first in the style, the rest plain."""

    def end(self) -> None:
        """Nothing more will be shown."""


def rule_title(rule: str) -> str:
    """A rule's name as words.

    Examples
    --------
    >>> rule_title("identify_measured")
    'identify measured'
    """
    return rule.replace("_", " ")


class Lines:
    """One short line a job, with the time: for pipes, files and continuous integration."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def begin(self, run: Run) -> None:
        """Say how many jobs there are."""
        self.say([jobs_text(run.n_total)])

    def job_finished(self, run: Run, job: Job, seconds: float) -> None:
        """Write the time, which of how many jobs it is, what it did and how long it took."""
        n = f"{run.n_done:>{len(str(run.n_total))}} of {run.n_total}"
        self.say([f"{n}  {job.message} ({duration(seconds)})"])

    def say(self, lines: Sequence[str], style: str = PLAIN) -> None:
        """Write lines, the first with the time."""
        first, *rest = lines
        text = "\n".join([f"{time.strftime('%H:%M:%S')}  {first}", *rest])
        with self._lock:
            self._stream.write(text + "\n")
            self._stream.flush()

    def end(self) -> None:
        """Nothing is left to do."""


class Bars:
    """Progress bars for the whole run and the rules at work, below what else is to be said."""

    def __init__(self, stream: TextIO, no_color: bool) -> None:
        from rich.console import Console

        self._console = Console(
            file=stream, no_color=no_color or None, highlight=False, markup=False, emoji=False
        )
        self._live: Live | None = None
        self._share = 0.0

    def begin(self, run: Run) -> None:
        """Show the bars."""
        from rich.live import Live

        self._live = Live(
            get_renderable=lambda: self._bars(run),
            console=self._console,
            refresh_per_second=REFRESHES_PER_SECOND,
            transient=True,
        )
        self._live.start()

    def job_finished(self, run: Run, job: Job, seconds: float) -> None:
        """Say that a rule is done with the last of its jobs; the bars show the others."""
        rule = run.rules[job.rule]
        if rule.complete and rule.first_start is not None:
            took = duration(time.monotonic() - rule.first_start)
            done = jobs_text(rule.total)
            self.say([f"  done  {rule_title(job.rule):<24}{done:>8}  {took:>12}"], "dim")

    def say(self, lines: Sequence[str], style: str = PLAIN) -> None:
        """Print lines above the bars."""
        from rich.text import Text

        first, *rest = lines
        self._console.print(Text(first, style=style), soft_wrap=True)
        for line in rest:
            self._console.print(Text(line), soft_wrap=True)

    def end(self) -> None:
        """Take the bars away."""
        if self._live is not None:
            self._live.stop()

    def _bars(self, run: Run) -> "RenderableType":
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        now = time.monotonic()
        # An estimate that grows does not take back what was shown.
        self._share = max(self._share, run.share_done(now))
        rows = [("all", self._share, run.n_done, run.n_total, None)]
        rows += [
            (rule_title(name), rule.done / rule.total, rule.done, rule.total, name)
            for name, rule in list(run.rules.items())
            if rule.first_start is not None and not rule.complete
        ]
        for place in range(4):
            table.add_column(no_wrap=True, justify="right" if place == 2 else "left")
        width = min(max(self._console.width - WORDS_WIDTH, MIN_BAR), MAX_BAR)
        for title, share, done, total, name in rows:
            # Another study, another machine: the table alone says little.
            left = f"about {about(run.seconds_left(now, name))} left" if run.n_done else ""
            if name is None:
                left = f"{duration(now - run.began)}  {left}"
            bar = ProgressBar(
                total=1.0, completed=share, width=width,
                complete_style="green" if name is None else "cyan", finished_style="green",
            )  # fmt: skip
            table.add_row(title, bar, f"{done} of {total}", left)
        return table


def jobs_text(n: int) -> str:
    """A number of jobs in words.

    Examples
    --------
    >>> jobs_text(1), jobs_text(8)
    ('1 job', '8 jobs')
    """
    return "1 job" if n == 1 else f"{n} jobs"


def choose(stream: TextIO, no_color: bool) -> Display:
    """Bars where the stream is a terminal that can show them, else lines."""
    if not stream.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return Lines(stream)
    try:
        return Bars(stream, no_color)
    except ImportError:  # a Snakemake of the user's own, without rich
        return Lines(stream)
