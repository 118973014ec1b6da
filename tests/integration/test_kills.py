"""A study that is killed again and again ends with the bytes of one that was left in peace.

It is a second clone, elsewhere, with more jobs at once than there are cores: neither shows in any
result, the report and its figures included.

KILLS says how often (once in each way; `make kill-test`: 50 times). The moments are random, the
seed is fixed. After each kill the run is started as the README says, nothing else is done.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter

import psutil
import pytest
from small_study import ENVIRONMENT

KINDS = ["SIGTERM", "SIGINT", "SIGKILL", "job", "everything"]
KILLS = int(os.environ.get("KILLS", len(KINDS)))
# A run of the small study on two cores takes longer than five kills at these distances.
LONGEST = 9.0
CORES = ["--cores", "5"]


def start(folder, log):
    call = [sys.executable, "-m", "snakemake", *CORES]
    return subprocess.Popen(
        call, cwd=folder, env={**os.environ, **ENVIRONMENT}, stdout=log,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def scripts(run):
    """The scripts that a run of Snakemake has at work."""
    try:
        children = psutil.Process(run.pid).children(recursive=True)
        return [child for child in children if ".snakemake/scripts" in " ".join(child.cmdline())]
    except psutil.Error:
        return []


def kill(run, how):
    """Kill a run, or one of its jobs; whether there was something to kill."""
    if how == "job":
        deadline = time.monotonic() + 20.0
        while run.poll() is None and time.monotonic() < deadline:
            for script in scripts(run):
                script.kill()
                return True
            time.sleep(0.02)
        return False
    if run.poll() is not None:
        return False
    if how == "everything":  # as by a power cut
        os.killpg(run.pid, signal.SIGKILL)
    elif how == "SIGINT":  # as by Ctrl-C, which reaches the jobs as well
        os.killpg(run.pid, signal.SIGINT)
    else:
        run.send_signal(getattr(signal, how))
    return True


def run_to_the_end(study):
    """As the README says: once more, and with --unlock before where Snakemake asks for it."""
    done = study.snakemake(*CORES, check=False)
    if done.returncode and "--unlock" in done.stdout + done.stderr:
        study.snakemake("--unlock")
        done = study.snakemake(*CORES, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_second_clone_killed_again_and_again_gives_the_same_bytes(finished, tmp_path):
    expected = finished.hashes()
    study = finished.copy(tmp_path / "a second clone, elsewhere" / "pdflearn", results=False)
    choice = random.Random(8)
    done, unlocked, lives = Counter(), 0, 0

    def new_life():
        for name in ("results", ".snakemake"):
            shutil.rmtree(study.folder / name)

    with open(tmp_path / "said.txt", "w+") as log:
        while sum(done.values()) < KILLS:
            how = KINDS[sum(done.values()) % len(KINDS)]
            run = start(study.folder, log)
            try:
                time.sleep(choice.uniform(0.5, LONGEST))
                done[how] += kill(run, how)
                code = run.wait(timeout=600)  # it lets its jobs end, which may be slow
            finally:
                if run.poll() is None:
                    os.killpg(run.pid, signal.SIGKILL)
            if code == 0:
                lives += 1
                assert study.hashes() == expected
                new_life()
                continue
            log.seek(0)
            said = log.read()
            log.truncate(0)
            log.seek(0)
            if "--unlock" in said:
                study.snakemake("--unlock")
                unlocked += 1
    run_to_the_end(study)
    assert study.hashes() == expected
    assert not list((study.folder / "results").rglob("*.part"))
    print(f"kills: {dict(done)}; lives: {lives + 1}; --unlock needed {unlocked} times")
