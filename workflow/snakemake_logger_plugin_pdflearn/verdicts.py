"""Verdicts on measured files, read from the logs of jobs as they are written."""

import threading
from collections.abc import Callable
from pathlib import Path

from snakemake_logger_plugin_pdflearn.failure import printable
from snakemake_logger_plugin_pdflearn.run import Job

# The rule whose jobs give verdicts, and how a line of its log begins that is one.
RULE = "identify_measured"
MARK = "INFO verdict: "
SECONDS_BETWEEN_LOOKS = 0.5


class VerdictWatch:
    """Looks again and again into the logs of running jobs, and tells of each new verdict.

    A script writes its log wherever it runs, so this works on a cluster as well.

    Parameters
    ----------
    tell : callable
        Gets the text of each verdict.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._jobs: dict[int, Job] = {}
        self._read: dict[int, int] = {}  # bytes of the log, by job
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def job_started(self, job: Job) -> None:
        """Look into the log of a job from now on."""
        if job.rule != RULE:
            return
        with self._lock:
            self._jobs[job.jobid] = job
            self._read[job.jobid] = 0
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()

    def job_ended(self, job: Job) -> None:
        """Tell of what is new in the log of a job that has ended."""
        with self._lock:
            self._look(job)
            self._jobs.pop(job.jobid, None)

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(SECONDS_BETWEEN_LOOKS):
            with self._lock:
                for job in list(self._jobs.values()):
                    self._look(job)

    def _look(self, job: Job) -> None:
        if job.jobid not in self._jobs or not job.logs or not job.wrote(job.logs[0]):
            return
        read = self._read[job.jobid]
        try:
            with open(Path(job.logs[0]), "rb") as log:
                log.seek(read)
                new = log.read()
        except OSError:
            return
        whole = new[: new.rfind(b"\n") + 1]  # a line may be half written
        self._read[job.jobid] = read + len(whole)
        for line in whole.decode("utf-8", errors="replace").splitlines():
            if line.startswith(MARK):
                self._tell(printable(line.removeprefix(MARK)))
