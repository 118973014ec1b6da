"""What a run of Snakemake shows: in a pipe, in a terminal, and where a job fails."""

import os
import pty
import re
import subprocess
import sys

import pytest
from small_study import ROOT

SNAKEFILE = """
rule all:
    input: expand("results/{n}.txt", n=range(3))
    localrule: True

rule make:
    output: "results/{n}.txt"
    log: "results/logs/make/{n}.log"
    params: settings="x" * 5000
    message: "Making number {wildcards.n}"
    script: "make.py"
"""
SCRIPT = """
import os, sys
sys.path.insert(0, {workflow!r})
from pdflearn.study import logs
logs.configure_logging(snakemake)
print("said to nobody")
os.system("echo and by a program")
if snakemake.wildcards.n == "1" and not os.path.exists("mended"):
    raise ValueError("no number 1")
open(snakemake.output[0], "w").close()
"""
CALL = [sys.executable, "-m", "snakemake", "--cores", "1", "--logger", "pdflearn", "--keep-going"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    (tmp_path / "make.py").write_text(SCRIPT.format(workflow=str(ROOT / "workflow")))
    paths = [str(ROOT / "workflow"), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.delenv("VERBOSE", raising=False)
    return tmp_path


def test_a_pipe_gets_a_line_a_job_and_of_a_failure_its_log(folder):
    done = subprocess.run(CALL, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    lines = [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in done.stderr.splitlines()]
    lines = [re.sub(r"\d+(\.\d)? s", "SECONDS", line) for line in lines]
    for number in (0, 2):
        said = [line for line in lines if f"Making number {number}" in line]
        assert len(said) == 1
        assert re.fullmatch(rf"[12] of 3  Making number {number} \(SECONDS\)", said[0])
    start = lines.index("Failed: Making number 1 (after SECONDS)")
    end = lines.index("  Log: results/logs/make/1.log")
    assert lines[start + 1] == "  | said to nobody"  # in the log alone
    assert "  | ERROR make: no number 1" in lines
    assert lines[end - 1] == "  | ValueError: no number 1"
    assert len(lines) < 20
    assert max(map(len, lines)) < 200


def test_a_terminal_gets_bars_that_go_when_the_run_ends(folder):
    (folder / "mended").touch()
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "30"}
    run = subprocess.Popen(CALL, cwd=folder, env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    while True:
        try:
            said += os.read(ours, 65536)
        except OSError:  # the terminal was closed with the run
            break
    assert run.wait() == 0
    os.close(ours)
    text = said.decode()
    assert re.search(r"all .*\d of \d", text)  # the jobs may be done before the bars move
    assert "Reason" not in text
    shown, hidden = (text.rindex(f"\x1b[?25{end}") for end in "hl")
    assert shown > hidden  # the cursor is back
    assert "Done: 3 jobs in" in text[shown:]
