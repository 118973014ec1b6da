"""`pdflearn watch`: files in bursts, half-written ones, kills, and what is left at the end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
from small_study import ROOT

from pdflearn.core import columns
from pdflearn.core.io import load_table

NICKEL = (ROOT / "tests" / "data" / "study" / "nickel.gr").read_text().splitlines()
SCHEMA = ROOT / "workflow" / "schemas" / "command.schema.json"
N_FILES = int(os.environ.get("WATCHED", 60))  # each is identified, and each more costs as much
BURST = N_FILES // 5
PATIENCE = 300.0  # seconds; a loaded machine needs many times what an idle one does


@pytest.fixture
def watch(finished, tmp_path):
    """Starts watchers of tmp_path / "data" and ends what is left of them."""
    watchers = []
    folder, out = tmp_path / "data", tmp_path / "answers"
    folder.mkdir()

    def start():
        printed = open(tmp_path / "printed.jsonl", "ab")  # noqa: SIM115 - the watcher's own
        printed.write(b"\n")  # after a line that a kill tore
        printed.flush()
        call = [
            sys.executable, "-m", "pdflearn", "watch", str(folder), "--out", str(out), "--json",
            "--results", str(finished.folder / "results"), "--range", "2", "10",
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow")}
        watcher = subprocess.Popen(call, env=environment, stdout=printed)
        printed.close()
        watchers.append(watcher)
        return watcher

    yield start
    for watcher in watchers:
        watcher.kill()
        watcher.wait()


def curve(number: int) -> str:
    """A curve of nickel that no other file has."""
    return "\n".join([f"# run {number}", *NICKEL]) + "\n"


def journal(tmp_path: Path) -> list[dict]:
    path = tmp_path / "answers" / "watch.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def wait_until(condition, watcher) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert watcher.poll() is None, f"the watcher ended with {watcher.returncode}"
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def test_nothing_is_lost_or_answered_twice_through_bursts_and_kills(watch, tmp_path):
    def n_read():
        return sum(line["event"] == "read" for line in journal(tmp_path))

    def n_verdicts():
        return sum(line["event"] == "verdict" for line in journal(tmp_path))

    data = tmp_path / "data"

    def burst(first):
        for number in range(first, first + BURST):
            (data / f"run {number:03d}.gr").write_text(curve(number))

    watcher = watch()
    burst(0)
    (data / "bad.gr").write_text("no curve at all\n")
    (data / "coming.gr.part").write_text(curve(998))
    wait_until(lambda: n_read() >= 5 and n_verdicts() >= 1, watcher)
    burst(BURST)
    watcher.send_signal(signal.SIGKILL)
    watcher.wait()
    burst(2 * BURST)  # nobody watches

    watcher = watch()
    wait_until(lambda: n_read() >= 2 * BURST, watcher)
    burst(3 * BURST)
    watcher.send_signal(signal.SIGINT)
    assert watcher.wait(PATIENCE) == 0

    watcher = watch()
    burst(4 * BURST)
    slow = data / "slow.gr"
    with slow.open("w") as handle:  # a detector program that writes line by line
        for start in range(0, len(NICKEL), 40):
            handle.write("\n".join(NICKEL[start : start + 40]) + "\n")
            handle.flush()
            time.sleep(0.02)
    os.rename(data / "coming.gr.part", data / "came.gr")
    wait_until(lambda: n_read() >= N_FILES + 3, watcher)
    changed = data / "run 007.gr"
    changed.write_text(curve(1007))
    wait_until(lambda: n_read() >= N_FILES + 4, watcher)
    watcher.send_signal(signal.SIGTERM)
    assert watcher.wait(PATIENCE) == 0

    lines = journal(tmp_path)
    reads = Counter(line["path"] for line in lines if line["event"] == "read")
    names = [f"run {number:03d}.gr" for number in range(N_FILES)]
    expected = [*names, "bad.gr", "slow.gr", "came.gr"]
    assert {Path(path).name for path in reads} == set(expected)
    assert {Path(path).name: n for path, n in reads.items() if n > 1} == {"run 007.gr": 2}
    verdicts = Counter((line["file"], line["digest"]) for line in lines if "digest" in line
                       and line["event"] == "verdict")  # fmt: skip
    assert verdicts
    assert set(verdicts.values()) == {1}
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    printed = (tmp_path / "printed.jsonl").read_text().splitlines()
    events = Counter()
    for line in printed:
        if line.startswith('{"format"') and line.endswith("}"):  # a kill may tear one
            schema.validate(json.loads(line))
            events[json.loads(line)["event"]] += 1
    assert set(events) >= {"first", "rejected"}
    answers = load_table(tmp_path / "answers" / "identification.csv", columns.IDENTIFICATION)
    assert answers["file"].nunique() == N_FILES + 2
    refused = load_table(tmp_path / "answers" / "rejected.csv", columns.REJECTED_MEASURED)
    assert [Path(name).name for name in refused["file"]] == ["bad.gr"]
    assert not list((tmp_path / "answers").rglob("*.part*"))
    assert "run 007.gr" in (tmp_path / "answers" / "live.html").read_text()
