"""What is shown of a job that failed."""

from snakemake_logger_plugin_pdflearn.failure import (
    LONGEST_LINE,
    log_of_failure,
    printable,
    read_lines,
    tells_of_error,
)
from snakemake_logger_plugin_pdflearn.run import Job, file_state


def job(*logs):
    paths = tuple(map(str, logs))
    before = {path: file_state(path) for path in paths}
    return Job(
        jobid=1, rule="split", message="Splitting", logs=paths, benchmark=None, started=0.0,
        before=before,
    )  # fmt: skip


def test_the_log_of_an_earlier_run_tells_nothing(tmp_path):
    log = tmp_path / "split.log"
    log.write_text("ERROR split: of last week\n")
    started = job(log)
    assert log_of_failure(started) is None
    assert not tells_of_error(started)
    log.write_text("INFO split: of today\n" * 2)
    assert log_of_failure(started) == str(log)
    assert not tells_of_error(started)
    log.write_text("INFO split: of today\nERROR split: it failed\n")
    assert tells_of_error(started)


def test_without_a_word_in_its_log_the_schedulers_tells(tmp_path):
    log, schedulers = tmp_path / "split.log", tmp_path / "17.log"
    schedulers.write_text("oom-kill\n")
    started = job(log)
    assert log_of_failure(started, [str(log), str(schedulers)]) == str(schedulers)
    log.write_text("")
    assert log_of_failure(started, [str(log), str(schedulers)]) == str(schedulers)
    assert log_of_failure(started, [str(tmp_path / "none.log")]) is None


def test_lines_obey_no_terminal_and_have_an_end(tmp_path):
    log = tmp_path / "split.log"
    log.write_bytes(b"\x1b[2J\xff\tx\n" + 1000 * b"y" + b"\n")
    first, second = read_lines(str(log))
    assert first.startswith("?[2J")
    assert "\t" not in first
    assert len(second) < LONGEST_LINE + 10
    assert printable("é") == "é"
