"""Snakemake's logger plugin `pdflearn`: what a run prints. profiles/default asks for it.

In a terminal it shows progress bars, elsewhere one short line a job; a line for each verdict on a
measured file; and of a job that fails its message, the last lines of its log and the log's path.
All that Snakemake prints by itself, such as the reason for each job, comes with VERBOSE=1, and with
the options that ask for it: --dry-run, --verbose, --quiet and --debug-dag. It is also in
.snakemake/log.

Snakemake imports this at every start: standard library and Snakemake's interface only.
"""

import logging
import os
import sys
import time
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_pdflearn import display, failure
from snakemake_logger_plugin_pdflearn.run import Job, Run, file_state, seconds_taken
from snakemake_logger_plugin_pdflearn.verdicts import VerdictWatch

# What Snakemake says before the jobs start that helps nobody who watches. A message begins so.
CHATTER = (
    "Assuming unrestricted shared filesystem usage", "Building DAG of jobs", "Using shell",
    "Rules claiming more threads", "Group jobs: inactive", "Conda environments: ignored",
    "Singularity containers: ignored", "host:", "SLURM run ID", "Config file ",
    "Creating specified working directory",
)  # fmt: skip
# And what counts of all that it says while jobs run.
SAID_WHILE_RUNNING = ("Terminating processes", "Trying to restart job")
# Errors and warnings that say again what was said.
REPEATED = (
    "Exiting because a job execution failed", "Restored previous version of",
    "WorkflowError:\nAt least one job did not complete successfully.",
)  # fmt: skip
FULL_LOG = "Complete log(s): "


def verbose_wanted() -> bool:
    """Whether the environment asks for all that Snakemake prints."""
    return os.environ.get("VERBOSE", "") not in ("", "0")


class LogHandler(LogHandlerBase):
    """What Snakemake gives every event of a run to."""

    def __post_init__(self) -> None:
        settings = self.common_settings
        self._everything: logging.Handler | None = None
        asked = (settings.dryrun, settings.verbose, settings.debug_dag, settings.quiet)
        if any(asked) or verbose_wanted():
            self._everything = _snakemakes_own(settings)
            return
        # Where Snakemake was started; it changes to the folder of the study.
        self._folder = os.getcwd()
        self._display = display.choose(sys.stderr, settings.nocolor)
        self._verdicts = VerdictWatch(self._say_verdict)
        self._run: Run | None = None
        self._n_failed = 0
        self._full_log = ""
        self._ended = False

    @property
    def writes_to_stream(self) -> bool:
        """It takes the place of what Snakemake prints."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """Snakemake keeps its own log beside it."""
        return False

    @property
    def has_filter(self) -> bool:
        """It needs every event, also of what it does not show."""
        return self._everything is None

    @property
    def has_formatter(self) -> bool:
        """It makes its own lines."""
        return True

    @property
    def needs_rulegraph(self) -> bool:
        """The events of jobs are enough."""
        return False

    def emit(self, record: logging.LogRecord) -> None:
        """Show what an event tells."""
        if self._everything is not None:
            self._everything.emit(record)
            return
        try:
            self._show(record)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Say how the run ended."""
        if self._everything is None and not self._ended:
            self._ended = True
            self._verdicts.end()
            self._display.end()
            if self._run is not None:
                self._say_end(self._run)
        super().close()

    def _show(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        shows = {
            LogEvent.RUN_INFO: self._run_begins,
            LogEvent.JOB_INFO: self._job_starts,
            LogEvent.JOB_FINISHED: self._job_finished,
            LogEvent.JOB_ERROR: self._job_failed,
            LogEvent.GROUP_ERROR: self._group_failed,
            LogEvent.ERROR: self._error,
            None: self._message,
        }
        if event in shows:
            shows[event](record)

    def _run_begins(self, record: Any) -> None:
        from snakemake_logger_plugin_pdflearn.expected import read_expected

        self._run = Run(record.stats, read_expected(), time.monotonic())
        self._display.begin(self._run)

    def _job_starts(self, record: Any) -> None:
        if self._run is None or not record.output:  # a target
            return
        files = [*record.log, *filter(None, [record.benchmark])]
        job = Job(
            jobid=record.jobid,
            rule=record.rule_name,
            message=failure.printable(record.rule_msg or display.rule_title(record.rule_name)),
            logs=tuple(record.log),
            benchmark=record.benchmark,
            started=time.monotonic(),
            before={path: file_state(path) for path in files},
        )
        self._run.start(job)
        self._verdicts.job_started(job)

    def _job_finished(self, record: Any) -> None:
        if self._run is None or (job := self._run.find(record.job_id)) is None:
            return
        self._verdicts.job_ended(job)
        seconds = seconds_taken(job, time.monotonic())
        self._run.finish(job, seconds)
        self._display.job_finished(self._run, job, seconds)

    def _job_failed(self, record: Any) -> None:
        if self._run is None or record.indent:  # its group tells
            return
        if job := self._run.find(record.jobid):
            self._say_failed(job, record.log, record.rule_msg)
            self._run.fail(job)

    def _group_failed(self, record: Any) -> None:
        if self._run is None:
            return
        found = (self._run.find(info["jobid"]) for info in record.job_error_info)
        jobs = [job for job in found if job is not None]
        # Jobs of the group that had ended are done again with it, and did not fail.
        failed = [job for job in jobs if failure.tells_of_error(job)]
        if not failed:
            failed = [job for job in jobs if not (job.benchmark and job.wrote(job.benchmark))]
        for job in failed[:1] or jobs[:1]:
            self._say_failed(job, record.aux_logs, None)
        for job in jobs:
            self._run.fail(job)

    def _say_failed(self, job: Job, logs: list[str], scheduler_said: str | None) -> None:
        self._verdicts.job_ended(job)
        self._n_failed += 1
        took = display.duration(time.monotonic() - job.started)
        lines = [f"Failed: {job.message} (after {took})"]
        if scheduler_said:
            lines.append("  " + failure.printable(scheduler_said.strip().splitlines()[0]))
        log = failure.log_of_failure(job, logs)
        if log is None:
            lines.append(f"  It left no log in {', '.join(map(self._path, job.logs))}")
        else:
            kept = 0 if self.common_settings.show_failed_logs else -failure.LAST_LINES
            lines += [f"  | {line}" for line in failure.read_lines(log)[kept:]]
            lines.append(f"  Log: {self._path(log)}")
        self._display.say(lines, display.ERROR)

    def _say_verdict(self, text: str) -> None:
        styles = {", accepted, ": display.GOOD, ", ambiguous, ": display.WARNING}
        style = next((style for words, style in styles.items() if words in text), display.PLAIN)
        self._display.say([text], style)

    def _error(self, record: Any) -> None:
        text = record.getMessage()
        # A script that failed: the error of its job follows, with its log.
        is_script = record.exception == "RuleException" and "CalledProcessError" in text
        if not is_script and not text.startswith(REPEATED):
            lines = [line for line in text.splitlines() if not line.startswith('  File "')]
            self._display.say(lines or [record.exception], display.ERROR)

    def _message(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text.startswith(FULL_LOG):
            self._full_log = text.removeprefix(FULL_LOG)
        elif record.levelno >= logging.WARNING:
            if not text.startswith(REPEATED):
                style = display.ERROR if record.levelno >= logging.ERROR else display.WARNING
                self._display.say(text.splitlines() or [""], style)
        elif self._run is not None:
            if text.startswith(SAID_WHILE_RUNNING):
                self._display.say([text])
        elif text and text != "None" and not text.startswith(CHATTER):
            self._display.say(text.splitlines())

    def _say_end(self, run: Run) -> None:
        took = display.duration(time.monotonic() - run.began)
        if run.n_done >= run.n_total:
            self._display.say([f"Done: {display.jobs_text(run.n_total)} in {took}"])
            return
        failed = f", {self._n_failed} failed" if self._n_failed else ""
        lines = [f"Stopped after {took}: {run.n_done} of {run.n_total} jobs done{failed}"]
        if self._full_log:
            lines.append(f"  All that Snakemake said: {self._path(self._full_log)}")
        self._display.say(lines, display.ERROR)

    def _path(self, path: str) -> str:
        """A path as seen from where Snakemake was started."""
        shown = os.path.relpath(os.path.abspath(path), self._folder)
        return failure.printable(shown if not shown.startswith("..") else os.path.abspath(path))


def _snakemakes_own(settings: Any) -> logging.Handler:
    """What Snakemake prints with when it has no plugin."""
    from snakemake.logging import ColorizingTextHandler, DefaultFormatter

    return ColorizingTextHandler(
        nocolor=settings.nocolor,
        stream=sys.stdout if settings.stdout else sys.stderr,
        formatter=DefaultFormatter(settings.quiet, settings.show_failed_logs),
    )
