"""Full disks, unreadable and unwritable files, two runs at once, old files: a clear error or the
right result, and never a stale or half-written file taken for good."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest
from small_study import ENVIRONMENT


@contextmanager
def mounted(folder, *words):
    """Something mounted on a folder, where that is allowed."""
    done = subprocess.run(["mount", *words, str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def unprivileged(study, *words):
    """Run Snakemake as a user whom the modes of files bind; root is none without this."""
    call = [sys.executable, "-m", "snakemake", "--cores", "2", *words]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root reads and writes everything, and there is no setpriv to change that")
        powers = "-dac_override,-dac_read_search"
        call = ["setpriv", f"--inh-caps={powers}", f"--bounding-set={powers}", *call]
    return subprocess.run(
        call, cwd=study.folder, env={**os.environ, **ENVIRONMENT},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def logs(study):
    return "\n".join(log.read_text() for log in (study.folder / "results/logs").rglob("*.log"))


@pytest.mark.slow
def test_a_full_disk_is_named_and_more_room_is_all_that_is_needed(finished, study):
    wanted = "results/dataset/development/patterns.npy"
    expected = finished.hashes()
    shutil.rmtree(study.folder / "results")
    results = study.folder / "results"
    results.mkdir()
    with mounted(results, "-t", "tmpfs", "-o", "size=300k", "tmpfs"):
        done = study.snakemake(wanted, check=False)
        assert done.returncode != 0
        assert "No space left on device" in done.stdout + done.stderr + logs(study)
        assert not list(results.rglob("*.part"))
        subprocess.run(["mount", "-o", "remount,size=500m", str(results)], check=True)
        study.snakemake(wanted)
        made = study.hashes()
        assert {"dataset/development/patterns.npy", "patterns/000.npz"} <= set(made)
        assert {name: expected[name] for name in made} == made


def test_results_that_cannot_be_written_are_named_and_stay_whole(study):
    study.edit("workflow/scripts/plot_dataset.py", '"""', '"""Again. ')
    figures = study.folder / "results" / "figures"
    expected = study.hashes()
    os.chmod(figures, 0o500)
    done = unprivileged(study, "results/figures/library.svg")
    os.chmod(figures, 0o700)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "Permission denied" in said
    assert "results/figures/library" in said
    study.snakemake("results/figures/library.svg")
    assert study.hashes() == expected


def test_a_file_that_cannot_be_read_is_a_row_or_an_error_that_names_it(study):
    file = study.folder / "resources" / "measured" / "secret.gr"
    shutil.copy(study.folder / "resources" / "measured" / "nickel.gr", file)
    os.chmod(file, 0)
    done = unprivileged(study, "results/measured/index.csv")
    said = done.stdout + done.stderr
    if done.returncode:
        assert "secret.gr" in said
        assert "Permission denied" in said
    else:
        table = pd.read_csv(study.folder / "results" / "measured" / "rejected.csv")
        reason = table.set_index("file").at["secret.gr", "reason"]
        assert "cannot be read" in reason or "Permission denied" in reason
    os.chmod(file, 0o600)
    study.snakemake("results/measured/index.csv")
    assert "secret.gr" in (study.folder / "results" / "measured" / "index.csv").read_text()


def test_of_two_runs_at_once_the_second_says_so_and_the_first_goes_on(study):
    study.edit("config/config.yaml", "resamples: 4", "resamples: 5")
    call = [sys.executable, "-m", "snakemake", "--cores", "1", "results/clusters/scores.csv"]
    first = subprocess.Popen(
        call,
        cwd=study.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    locks = study.folder / ".snakemake" / "locks"
    while not (locks.is_dir() and list(locks.iterdir())):
        assert first.poll() is None
        time.sleep(0.02)
    # held where it is, so that it cannot end before the second has begun
    os.killpg(first.pid, signal.SIGSTOP)
    try:
        second = study.snakemake("results/clusters/scores.csv", check=False)
    finally:
        os.killpg(first.pid, signal.SIGCONT)
    assert second.returncode != 0
    assert "Directory cannot be locked" in second.stdout + second.stderr
    assert first.wait(timeout=600) == 0
    assert "cluster_patterns" not in study.jobs()


def test_a_structure_replaced_by_an_older_file_runs_again(study):
    file = study.folder / "resources" / "structures" / "fcc" / "Ni_fcc.cif"
    shards = study.folder / "results" / "structures" / "shards"
    indexes = sorted(shards.glob("*_index.parquet"))
    shard = next(path for path in indexes if "user" in set(pd.read_parquet(path)["origin"]))
    wanted = shard.relative_to(study.folder).as_posix()
    expected, text = shard.read_bytes(), file.read_text()
    file.write_text(text.replace("3.52", "3.58"))
    os.utime(file, (1e9, 1e9))
    assert study.jobs()["read_structures"] == 1
    study.snakemake(wanted)
    assert shard.read_bytes() != expected
    file.write_text(text)
    os.utime(file, (1e9, 1e9))
    study.snakemake(wanted)
    assert shard.read_bytes() == expected


def test_a_measured_file_replaced_by_an_older_one_runs_again(study):
    index = "results/measured/batches/001_index.csv"
    file = study.folder / "resources" / "measured" / "nickel.gr"
    assert "nickel.gr" in (study.folder / index).read_text()
    file.write_text("<b>no numbers</b>\n")
    os.utime(file, (1e9, 1e9))
    assert study.jobs()["read_measured"] == 1
    study.snakemake(index)
    assert "nickel.gr" not in (study.folder / index).read_text()


DAY = 86_400.0


def test_a_clock_set_back_is_named_and_hides_no_change(study):
    """What is made from now on must not seem older than what was made from its last version."""
    for path in (study.folder / "results").rglob("*"):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime + DAY))
    done = study.snakemake(check=False)
    assert done.returncode != 0
    assert "hours in the future: the clock was set back" in done.stdout + done.stderr
    said = re.search(r"move the timestamps of all results back: (.+)", done.stdout + done.stderr)
    subprocess.run(shlex.split(said[1]), cwd=study.folder, check=True, env={})
    assert study.jobs() == {}
    # As after a run that was ended here: what follows is still to be done.
    with open(study.folder / "resources" / "measured" / "nickel.gr", "a") as handle:
        handle.write("# another\n")
    study.edit("config/config.yaml", "resamples: 4", "resamples: 5")
    study.snakemake("results/clusters/scores.csv")
    jobs = study.jobs()
    assert "cluster_patterns" not in jobs
    assert {"read_measured", "plot_clusters", "analyse_series", "report"} <= set(jobs)


def test_an_input_from_the_future_is_named_and_leaves_nothing_half_done(study):
    index = "results/measured/batches/001_index.csv"
    file = study.folder / "resources" / "measured" / "nickel.gr"
    expected = (study.folder / index).read_bytes()
    with open(file, "a") as handle:
        handle.write("# another\n")
    os.utime(file, (time.time() + DAY, time.time() + DAY))
    done = study.snakemake(index, check=False)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "older modification time" in said
    assert "resources/measured/nickel.gr" in said
    assert not (study.folder / index).exists()
    os.utime(file)
    study.snakemake(index)
    assert (study.folder / index).read_bytes() == expected


def strings(path):
    """All text that a result holds, whatever its format."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            text = [repr(arrays[n].tolist()) for n in arrays if arrays[n].dtype.kind in "US"]
            return "\n".join([*arrays, *text])
    return path.read_bytes().decode("utf-8", "replace")


@pytest.mark.slow
def test_a_removed_structure_leaves_nothing_of_itself(study):
    results = study.folder / "results"
    structures = pd.read_parquet(results / "structures" / "index.parquet")
    mine = structures[structures["origin"] == "user"].iloc[0]
    words = (mine["id"], "Ni_fcc")
    files = [results / name for name in study.hashes()]
    before = {word: [str(f) for f in files if word in strings(f)] for word in words}
    assert all(before.values())
    (study.folder / "resources" / "structures" / "fcc" / "Ni_fcc.cif").unlink()
    study.snakemake()
    files = [results / name for name in study.hashes()]
    after = {word: [str(f) for f in files if word in strings(f)] for word in words}
    assert after == {word: [] for word in words}
