"""Counting the jobs of a run, and estimating how long the rest takes."""

import os

import pytest

from snakemake_logger_plugin_pdflearn.run import Job, Run, seconds_taken

EXPECTED = {"long/a": 60.0, "long/b": 20.0, "short": 10.0}


def job(jobid, name, started=0.0, **attributes):
    rule = name.split("/")[0]
    attributes = {"logs": (), "benchmark": f"results/benchmarks/{name}.tsv", **attributes}
    return Job(jobid=jobid, rule=rule, message=rule, started=started, **attributes)


@pytest.fixture
def run():
    return Run({"long": 2, "short": 1, "all": 1, "total": 4}, EXPECTED, now=0.0)


def test_targets_are_no_jobs(run):
    assert (run.n_done, run.n_total) == (0, 3)


def test_before_the_first_job_the_table_says_how_long(run):
    assert run.seconds_left(0.0) == pytest.approx(90.0)
    assert run.seconds_left(0.0, "short") == pytest.approx(10.0)
    assert run.share_done(0.0) == 0.0


def test_jobs_that_run_at_a_time_share_what_is_left(run):
    run.start(job(1, "long/b"))
    run.start(job(2, "short"))
    # After 5 s in two lanes: 60 s wait, 15 and 5 s are left of what runs.
    assert run.seconds_left(5.0) == pytest.approx((60 + 15 + 5) / 2)
    assert run.share_done(5.0) == pytest.approx(10 / 90)


def test_nothing_ends_before_its_longest_job(run):
    for n, name in enumerate(("long/a", "long/b", "short")):
        run.start(job(n, name))
    assert run.seconds_left(0.0) == pytest.approx(60.0 + 30.0)
    assert run.seconds_left(0.001) == pytest.approx(60.0, abs=0.01)


def test_a_slow_machine_takes_longer_for_the_rest(run):
    short = job(1, "short")
    run.start(short)
    before = run.seconds_left(0.0)
    run.finish(short, 40.0)
    assert run.n_done == 1
    assert run.seconds_left(40.0) == pytest.approx(80.0 * (5 + 40) / (5 + 10))
    assert run.seconds_left(40.0) > before


def test_a_job_that_failed_is_to_be_done_again(run):
    short = job(1, "short")
    run.start(short)
    run.fail(short)
    assert run.find(1) is None
    assert run.seconds_left(0.0) == pytest.approx(90.0)
    run.start(short)
    run.finish(short, 10.0)
    assert run.rules["short"].complete


def test_at_the_end_all_is_done(run):
    for n, name in enumerate(("long/a", "long/b", "short")):
        run.start(job(n, name))
        run.finish(run.find(n), 1.0)
    assert run.share_done(9.0) == 1.0
    assert run.seconds_left(9.0) == 0.0


def test_rules_that_the_table_does_not_know_are_counted_as_usual_ones():
    run = Run({"new": 3}, EXPECTED, now=0.0)
    assert run.seconds_left(0.0) == pytest.approx(3 * 30.0)
    assert Run({"new": 3}, {}, now=0.0).seconds_left(0.0) == pytest.approx(3.0)


def test_a_job_took_what_its_benchmark_says(tmp_path):
    benchmark = tmp_path / "benchmarks" / "short.tsv"
    benchmark.parent.mkdir()
    started = job(1, "short", benchmark=str(benchmark))
    assert seconds_taken(started, 7.0) == 7.0
    benchmark.write_text("s\th:m:s\n3.5\t0:00:03\n")
    assert seconds_taken(started, 7.0) == 3.5
    state = {str(benchmark): (os.stat(benchmark).st_mtime_ns, os.stat(benchmark).st_size)}
    again = job(1, "short", benchmark=str(benchmark), before=state)
    assert seconds_taken(again, 7.0) == 7.0  # that is the time of an earlier run
