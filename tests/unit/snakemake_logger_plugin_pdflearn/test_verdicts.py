"""Verdicts, told as soon as they are in the log of a job."""

import time

import pytest

from snakemake_logger_plugin_pdflearn.run import Job, file_state
from snakemake_logger_plugin_pdflearn.verdicts import RULE, VerdictWatch

LINE = "INFO verdict: Ni.gr: fcc, accepted, Rw 0.03\n"


@pytest.fixture
def told():
    return []


@pytest.fixture
def watch(told):
    watch = VerdictWatch(told.append)
    yield watch
    watch.end()


def job(log, rule=RULE):
    before = {str(log): file_state(str(log))}
    return Job(1, rule, "Identifying", (str(log),), None, 0.0, before)


def test_a_verdict_is_told_before_the_job_ends_and_only_once(watch, told, tmp_path):
    log = tmp_path / "000.log"
    started = job(log)
    watch.job_started(started)
    with open(log, "w") as handle:
        handle.write("INFO root: begins\n" + LINE + "INFO verdict: half a li")
        handle.flush()
        deadline = time.monotonic() + 20.0
        while not told and time.monotonic() < deadline:
            time.sleep(0.02)
        assert told == ["Ni.gr: fcc, accepted, Rw 0.03"]
        handle.write("ne\n")
    watch.job_ended(started)
    assert told == ["Ni.gr: fcc, accepted, Rw 0.03", "half a line"]


def test_verdicts_of_an_earlier_run_are_not_told(watch, told, tmp_path):
    log = tmp_path / "000.log"
    log.write_text(LINE)
    started = job(log)
    watch.job_started(started)
    watch.job_ended(started)
    assert told == []


def test_other_rules_are_not_watched(watch, told, tmp_path):
    log = tmp_path / "split.log"
    started = job(log, rule="split")
    watch.job_started(started)
    log.write_text(LINE)
    watch.job_ended(started)
    assert told == []
