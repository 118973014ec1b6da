"""A run as its events tell it: which jobs run and have run, and how long the rest may take.

Snakemake tells how many jobs each rule has, and each job when it starts. So the time that remains
is an estimate: what the jobs of the default study take (expected_seconds.csv), times how slow the
jobs of this run were by comparison, shared among as many jobs as ran at a time so far.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# A target that runs nothing.
NO_JOB = "all"
# So many seconds of jobs weigh as much as the table: a run's first, short jobs are mostly start-up,
# and say little of those that follow.
PRIOR_SECONDS = 5.0
_BENCHMARK = re.compile(r"benchmarks/(.+?)\.tsv")


def job_name(rule: str, benchmark: str | None) -> str:
    """The name of a job among all jobs of a study: where its benchmark lies.

    Examples
    --------
    >>> job_name("train_model", "results/benchmarks/train_model/structure_type/knn.tsv")
    'train_model/structure_type/knn'
    >>> job_name("all", None)
    'all'
    """
    match = _BENCHMARK.search(benchmark or "")
    return match[1] if match else rule


@dataclass(frozen=True)
class Job:
    """A job that was started.

    Attributes
    ----------
    jobid : int
    rule : str
    message : str
        What the rule says about it; the rule's name where it says nothing.
    logs : tuple of str
    benchmark : str or None
    started : float
        On the run's clock, in seconds.
    before : dict
        The state of its log and benchmark when it was started, by path; see `file_state`.
    """

    jobid: int
    rule: str
    message: str
    logs: tuple[str, ...]
    benchmark: str | None
    started: float
    before: dict[str, tuple[int, int] | None] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name among all jobs of a study."""
        return job_name(self.rule, self.benchmark)

    def wrote(self, path: str) -> bool:
        """Whether a file of the job was written since it started."""
        return file_state(path) not in (None, self.before.get(path))


def file_state(path: str) -> tuple[int, int] | None:
    """When a file was last written, and its size; None without the file."""
    try:
        stat = Path(path).stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


@dataclass
class RuleProgress:
    """How far a rule is.

    Attributes
    ----------
    total, done : int
        Its jobs, and those that have run.
    running : dict
        Job identity -> job.
    first_start : float or None
        When its first job was started, on the run's clock.
    expected_started : float
        What its jobs that were started are expected to take by the table, in seconds.
    """

    total: int
    done: int = 0
    running: dict[int, Job] = field(default_factory=dict)
    first_start: float | None = None
    expected_started: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether all its jobs have run."""
        return self.done >= self.total


class Run:
    """Counts the jobs of a run, and estimates how long the rest takes.

    Parameters
    ----------
    counts : mapping
        Rule -> number of its jobs.
    expected : mapping
        Job's name -> seconds, of the default study.
    now : float
        The clock at the start; every later time is of the same clock, in seconds.

    Attributes
    ----------
    rules : dict
        Rule -> RuleProgress.
    """

    def __init__(self, counts: Mapping[str, int], expected: Mapping[str, float], now: float):
        self.began = now
        self.rules = {
            rule: RuleProgress(count)
            for rule, count in counts.items()
            if rule not in (NO_JOB, "total")
        }
        self._expected = expected
        by_rule: dict[str, list[float]] = {}
        for name, seconds in expected.items():
            by_rule.setdefault(name.split("/")[0], []).append(seconds)
        self._mean = {rule: sum(values) / len(values) for rule, values in by_rule.items()}
        self._usual = sum(expected.values()) / len(expected) if expected else 1.0
        self._took = self._expected_of_done = 0.0

    @property
    def n_done(self) -> int:
        """Jobs that have run."""
        return sum(rule.done for rule in self.rules.values())

    @property
    def n_total(self) -> int:
        """All jobs of the run."""
        return sum(rule.total for rule in self.rules.values())

    def start(self, job: Job) -> None:
        """Note that a job starts; again where it failed before."""
        rule = self.rules.setdefault(job.rule, RuleProgress(1))
        if rule.first_start is None:
            rule.first_start = job.started
        rule.expected_started += self._expected_seconds(job)
        rule.running[job.jobid] = job

    def find(self, jobid: int) -> Job | None:
        """A job that is running; None for the targets, which run nothing."""
        return next(
            (rule.running[jobid] for rule in self.rules.values() if jobid in rule.running), None
        )

    def finish(self, job: Job, seconds: float) -> None:
        """Note that a job has run, and how long."""
        rule = self.rules[job.rule]
        rule.running.pop(job.jobid, None)
        rule.done += 1
        self._took += seconds
        self._expected_of_done += self._expected_seconds(job)

    def fail(self, job: Job) -> None:
        """Note that a job failed; it may be started again."""
        rule = self.rules[job.rule]
        rule.running.pop(job.jobid, None)
        rule.expected_started -= self._expected_seconds(job)

    def _expected_seconds(self, job: Job) -> float:
        return self._expected.get(job.name, self._mean.get(job.rule, self._usual))

    @property
    def _pace(self) -> float:
        """How long jobs of this run take in units of what the table says."""
        return (PRIOR_SECONDS + self._took) / (PRIOR_SECONDS + self._expected_of_done)

    def _work_left(self, rule: str, now: float) -> tuple[float, list[float]]:
        """Seconds of a rule's jobs that were not started, and what each that runs still takes."""
        progress, pace = self.rules[rule], self._pace
        waiting = progress.total * self._mean.get(rule, self._usual) - progress.expected_started
        if progress.done + len(progress.running) >= progress.total:
            waiting = 0.0
        running = [
            max(pace * self._expected_seconds(job) - (now - job.started), 0.0)
            for job in progress.running.values()
        ]
        return pace * max(waiting, 0.0), running

    def _done(self, now: float) -> float:
        """Seconds that all jobs together have run."""
        running = (job for rule in self.rules.values() for job in rule.running.values())
        return self._took + sum(now - job.started for job in running)

    def seconds_left(self, now: float, rule: str | None = None) -> float:
        """How long the run, or one of its rules, is expected to take from now on."""
        if rule is None:
            lanes = self._done(now) / max(now - self.began, 1e-9)
            left = [self._work_left(name, now) for name in self.rules]
        else:
            lanes = len(self.rules[rule].running)
            left = [self._work_left(rule, now)]
        work = sum(waiting + sum(running) for waiting, running in left)
        longest = max((seconds for _, running in left for seconds in running), default=0.0)
        return max(work / max(lanes, 1.0), longest)

    def share_done(self, now: float) -> float:
        """The share of the run's work that is done, from 0 to 1, as far as can be told."""
        if self.n_done >= self.n_total:
            return 1.0
        done = self._done(now)
        left = sum(
            waiting + sum(running)
            for waiting, running in (self._work_left(rule, now) for rule in self.rules)
        )
        return done / (done + left) if done > 0.0 else 0.0


def seconds_taken(job: Job, now: float) -> float:
    """How long a job took by its benchmark; without one, since it was started."""
    if job.benchmark and job.wrote(job.benchmark):
        try:
            with open(job.benchmark, newline="", encoding="utf-8") as handle:
                return float(next(csv.DictReader(handle, delimiter="\t"))["s"])
        except (OSError, ValueError, KeyError, StopIteration):
            pass
    return now - job.started


def duration(seconds: float) -> str:
    """A time in words.

    Examples
    --------
    >>> duration(0.04), duration(8.26), duration(75), duration(7320)
    ('0.0 s', '8.3 s', '1 min 15 s', '2 h 2 min')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def about(seconds: float) -> str:
    """A time that is only estimated, in words.

    Examples
    --------
    >>> about(3), about(48), about(100), about(7320)
    ('some seconds', '50 s', '2 min', '2 h 2 min')
    """
    if seconds < 5:
        return "some seconds"
    if seconds < 55:
        return f"{5 * round(seconds / 5)} s"
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
