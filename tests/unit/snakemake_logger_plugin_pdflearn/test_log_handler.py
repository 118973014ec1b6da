"""What the plugin shows of the events that Snakemake gives it."""

import io
import logging
import re
import sys

import pytest
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.tests import MockOutputSettings, TestLogHandlerBase

from snakemake_logger_plugin_pdflearn import LogHandler


class TestInterface(TestLogHandlerBase):
    """Snakemake's own tests of a plugin."""

    __test__ = True

    def get_log_handler_cls(self):
        return LogHandler

    def get_log_handler_settings(self):
        return None


class Events:
    """A handler, and the events of a run in the words of this file."""

    def __init__(self, folder, **settings):
        common = MockOutputSettings()
        common.show_failed_logs = False
        for name, value in settings.items():
            setattr(common, name, value)
        self.handler = LogHandler(common, None)
        self.folder = folder

    def emit(self, event, msg="", level=logging.INFO, **attributes):
        record = logging.LogRecord("snakemake", level, "", 0, msg, (), None)
        record.__dict__ |= {**({"event": event} if event else {}), **attributes}
        self.handler.handle(record)

    def begins(self, **counts):
        stats = {**counts, "all": 1, "total": sum(counts.values()) + 1}
        self.emit(LogEvent.RUN_INFO, "Job stats", stats=stats)

    def starts(self, jobid, rule, message=None):
        log = self.folder / "results" / "logs" / f"{rule}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        self.emit(
            LogEvent.JOB_INFO, jobid=jobid, rule_name=rule, rule_msg=message, log=[str(log)],
            output=["out"], benchmark=None, reason="Missing output files: out", indent=False,
        )  # fmt: skip
        return log

    def finishes(self, jobid):
        self.emit(LogEvent.JOB_FINISHED, f"Finished jobid: {jobid}", job_id=jobid)

    def fails(self, jobid, logs, said=None, indent=False):
        self.emit(
            LogEvent.JOB_ERROR, "Error in rule", logging.ERROR, jobid=jobid,
            log=list(map(str, logs)), rule_msg=said, indent=indent, input=["x" * 9000],
        )  # fmt: skip


@pytest.fixture
def stderr(monkeypatch):
    """What goes to standard error, which is no terminal."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.fixture
def events(tmp_path, monkeypatch, stderr):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VERBOSE", raising=False)
    return Events(tmp_path)


@pytest.fixture
def shown(stderr):
    """What was printed, the times of day and durations as words."""

    def lines():
        said = re.sub(r"(?m)^\d\d:\d\d:\d\d", "TIME", stderr.getvalue())
        return re.sub(r"\d+\.\d s", "SECONDS", said).splitlines()

    return lines


def test_a_job_is_one_short_line(events, shown):
    events.begins(split=1, simulate=1)
    events.starts(1, "split", "Splitting the structures")
    events.finishes(1)
    events.starts(2, "simulate")
    events.finishes(2)
    events.handler.close()
    assert shown() == [
        "TIME  2 jobs",
        "TIME  1 of 2  Splitting the structures (SECONDS)",
        "TIME  2 of 2  simulate (SECONDS)",
        "TIME  Done: 2 jobs in SECONDS",
    ]


def test_a_failed_job_shows_its_message_the_end_of_its_log_and_where_that_is(events, shown):
    events.begins(split=1)
    log = events.starts(1, "split", "Splitting the structures")
    log.write_text("".join(f"line {n}\n" for n in range(40)) + "ValueError: no\n")
    events.emit(
        LogEvent.ERROR,
        'RuleException:\nCalledProcessError in file "split.smk", line 33:\nCommand ...',
        logging.ERROR,
        exception="RuleException",
    )
    events.fails(1, [log])
    events.emit(None, "Removing output files of failed job split")
    events.emit(None, "Exiting because a job execution failed. Look above", logging.ERROR)
    events.emit(None, f"Complete log(s): {events.folder}/.snakemake/log/1.log")
    events.emit(
        LogEvent.ERROR,
        "WorkflowError:\nAt least one job did not complete successfully.",
        logging.ERROR,
        exception="WorkflowError",
    )
    events.handler.close()
    first, failed, *log_lines, where, stopped, full = shown()
    assert failed == "TIME  Failed: Splitting the structures (after SECONDS)"
    assert log_lines == [*(f"  | line {n}" for n in range(29, 40)), "  | ValueError: no"]
    assert where == "  Log: results/logs/split.log"
    assert stopped == "TIME  Stopped after SECONDS: 0 of 1 jobs done, 1 failed"
    assert full == "  All that Snakemake said: .snakemake/log/1.log"


def test_a_job_that_is_tried_again_counts_once(events, shown):
    events.begins(split=1)
    log = events.starts(1, "split")
    events.fails(1, [log], "SLURM-job '7' failed, SLURM status is: 'OUT_OF_MEMORY'.\nSee the log.")
    events.emit(None, "Trying to restart job 1.")
    events.starts(1, "split")
    events.finishes(1)
    events.handler.close()
    assert shown()[1:] == [
        "TIME  Failed: split (after SECONDS)",
        "  SLURM-job '7' failed, SLURM status is: 'OUT_OF_MEMORY'.",
        "  It left no log in results/logs/split.log",
        "TIME  Trying to restart job 1.",
        "TIME  1 of 1  split (SECONDS)",
        "TIME  Done: 1 job in SECONDS",
    ]


def test_of_a_group_the_job_that_failed_is_shown(events, shown):
    events.begins(split=1, assemble=1)
    for jobid, rule in enumerate(("split", "assemble")):
        log = events.starts(jobid, rule)
        log.write_text("INFO split: done\n" if rule == "split" else "ERROR assemble: leakage\n")
    infos = [{"jobid": 0}, {"jobid": 1}]
    events.emit(
        LogEvent.GROUP_ERROR, "Error in group", logging.ERROR, aux_logs=[], job_error_info=infos
    )
    for jobid in (0, 1):
        events.fails(jobid, [], indent=True)
    assert shown()[1:] == [
        "TIME  Failed: assemble (after SECONDS)",
        "  | ERROR assemble: leakage",
        "  Log: results/logs/assemble.log",
    ]


def test_faults_of_the_workflow_are_shown_without_its_traceback(events, shown):
    events.emit(None, "Building DAG of jobs...")
    events.emit(
        LogEvent.ERROR,
        'ConfigError in file "Snakefile", line 25:\nsplit.vault: 2\n  File "a.py", line 9, in x',
        logging.ERROR,
        exception="ConfigError",
    )
    events.handler.close()
    assert shown() == ['TIME  ConfigError in file "Snakefile", line 25:', "split.vault: 2"]


def test_what_counts_is_not_held_back(events, shown):
    events.emit(None, "Nothing to be done (all requested files are present and up to date).")
    events.emit(None, "The clock is wrong", logging.WARNING)
    events.begins(split=2)
    events.emit(None, "Select jobs to execute...")
    events.emit(None, "Terminating processes on user request, this might take some time.")
    events.handler.close()
    events.handler.close()
    assert [line.removeprefix("TIME  ")[:12] for line in shown()] == [
        "Nothing to b", "The clock is", "2 jobs", "Terminating ", "Stopped afte",
    ]  # fmt: skip


@pytest.mark.parametrize("asked", [{"dryrun": True, "stdout": True}, {"verbose": True}, {}])
def test_all_that_snakemake_prints_comes_where_it_is_asked_for(
    tmp_path, monkeypatch, capsys, asked
):
    monkeypatch.setenv("VERBOSE", "" if asked else "1")
    events = Events(tmp_path, **asked)
    assert not events.handler.has_filter
    events.emit(
        LogEvent.JOB_INFO, jobid=1, rule_name="split", rule_msg="Splitting", log=[], output=["out"],
        benchmark=None, reason="Missing output files: out",
    )  # fmt: skip
    said = capsys.readouterr()
    assert "Reason: Missing output files: out" in (said.out if "stdout" in asked else said.err)
