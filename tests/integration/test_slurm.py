"""The study on a real Slurm, which these tests bring up and take down."""

import fcntl
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from slurm_cluster import NoSlurm, SlurmCluster
from small_study import ROOT, Checkout

pytestmark = pytest.mark.slow

# The profile as it is; here there is no accounting, and jobs are short.
SLURM = [
    "--profile", str(ROOT / "profiles" / "slurm"),
    "--slurm-status-command", "squeue", "--slurm-no-account",
    "--slurm-init-seconds-before-status-checks", "1", "--latency-wait", "5",
]  # fmt: skip
GENERIC = [
    "--profile", "profiles/cluster-generic", "--seconds-between-status-checks", "1",
    "--latency-wait", "5",
]  # fmt: skip
# All models of the small study in a few jobs. A job asks for the hours of all that it runs, one
# after the other, more than a partition gives, so the longest rules ask for less here.
FEW_JOBS = [
    "--groups", *yaml.safe_load((ROOT / "profiles/default/config.yaml").read_text())["groups"],
    "train_model=train",
    "--group-components", "shard=4", "references=20", "train=10", "evaluate=10",
    "confusable_types=4", "inspect=10", "identify_measured=2",
    "--set-resources", "train_model:runtime=30", "evaluate:runtime=30",
    "identify_measured:runtime=30",
]  # fmt: skip
# Times may differ.
DIFFERENT = re.compile(r"^((logs|benchmarks)/|\.gitkeep$)")

RULES = """
rule all:
    input: "results/done.txt"
    localrule: True

rule first:
    output: "results/first.txt"
    log: "results/logs/first.log"
    threads: 1
    resources: mem_mb=lambda wildcards, attempt: 400 * attempt, runtime=5
    script: "first.py"

rule second:
    input: "results/first.txt"
    output: "results/done.txt"
    log: "results/logs/second.log"
    resources: mem_mb=400, runtime=5
    script: "second.py"
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmCluster]:
    # One cluster at a time has the ports and /etc/slurm; another worker's is waited for.
    with open("/tmp/pdflearn-slurm.lock", "w") as lock:  # noqa: S108
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            slurm = SlurmCluster(tmp_path_factory.mktemp("slurm"))
        except NoSlurm as reason:
            pytest.skip(str(reason))
        slurm.open_way()  # for its daemons
        try:
            slurm.start()
            yield slurm
        finally:
            slurm.stop()


def workflow(folder: Path, first: str, second: str = "") -> Checkout:
    """Two rules, one after the other, each with a script that ends by writing its output."""
    write = "\nopen(snakemake.output[0], 'w').write('done')\n"
    (folder / "Snakefile").write_text(RULES)
    (folder / "first.py").write_text(first + write)
    (folder / "second.py").write_text(second + write)
    return Checkout(folder)


def submitted(study: Checkout) -> int:
    """How many jobs the last run gave to Slurm."""
    log = max((study.folder / ".snakemake" / "log").glob("*.log"))
    return len(re.findall(r"submitted with SLURM jobid", log.read_text()))


def contents(study: Checkout) -> dict[str, bytes]:
    results = study.folder / "results"
    files = {str(path.relative_to(results)): path for path in results.rglob("*") if path.is_file()}
    found = {name: path.read_bytes() for name, path in files.items() if not DIFFERENT.match(name)}
    # The project may have been committed to between the two runs.
    record = json.loads(found["provenance.json"])
    return {**found, "provenance.json": json.dumps({**record, "git": None}).encode()}


def test_a_study_gives_the_bytes_of_a_local_run(cluster, finished, tmp_path):
    study = finished.copy(tmp_path / "pdflearn", results=False)
    done = study.snakemake(*SLURM, *FEW_JOBS)
    assert submitted(study) >= 9
    # Verdicts are read from the logs of jobs, wherever these run.
    assert re.search(r"^[\d:]+  nickel.gr: fcc, accepted, Rw 0.\d\d$", done.stderr, re.MULTILINE)
    local, remote = contents(finished), contents(study)
    assert set(remote) == set(local)
    assert [name for name in local if remote[name] != local[name]] == []
    # Nothing is left for a local run to do.
    assert study.jobs() == {}


def test_out_of_memory_is_retried_with_more_and_threads_arrive(cluster, tmp_path):
    first = """
import os, pathlib, time
names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "SLURM_CPUS_PER_TASK")
pathlib.Path("threads").write_text(" ".join(os.environ.get(name, "-") for name in names))
pathlib.Path("attempts").open("a").write(f"{snakemake.resources.mem_mb}\\n")
held = bytearray(450_000_000)
for place in range(0, len(held), 4096):
    held[place] = 1
time.sleep(4)
"""
    study = workflow(tmp_path, first)
    said = study.snakemake(*SLURM, "--set-threads", "first=2", "--", "results/first.txt")
    assert (tmp_path / "results" / "first.txt").exists()
    tried = [int(line) for line in (tmp_path / "attempts").read_text().split()]
    assert tried == [400, 800] or tried == [400, 800, 1200], said.stderr
    assert (tmp_path / "threads").read_text().split() == ["2"] * 4


def test_a_failure_shows_its_log_and_a_resumed_run_does_only_what_is_missing(cluster, tmp_path):
    second = """
import os, sys
with open(snakemake.log[0], "w") as log:
    log.write("grid.r_step: 0 is no step\\n")
if not os.path.exists("mended"):
    sys.exit(1)
"""
    study = workflow(tmp_path, "open('first_ran', 'a').write('x')", second)
    failed = study.snakemake(*SLURM, "--retries", "0", "--show-failed-logs", check=False)
    said = failed.stdout + failed.stderr
    assert failed.returncode != 0
    assert "results/logs/second.log" in said
    assert "grid.r_step: 0 is no step" in said
    assert not (tmp_path / "results" / "done.txt").exists()
    (tmp_path / "mended").touch()
    study.snakemake(*SLURM)
    assert submitted(study) == 1
    assert (tmp_path / "first_ran").read_text() == "x"
    assert (tmp_path / "results" / "done.txt").exists()


def test_cancelling_the_run_cancels_its_jobs(cluster, tmp_path):
    workflow(tmp_path, "import time\nopen('started', 'w').close()\ntime.sleep(600)")
    call = [sys.executable, "-m", "snakemake", "--cores", "2", *SLURM]
    with open(tmp_path / "said", "w") as said:
        run = subprocess.Popen(call, cwd=tmp_path, stdout=said, stderr=said)
        try:
            until(lambda: (tmp_path / "started").exists(), 60)
            assert len(cluster.jobs()) == 1
            run.send_signal(signal.SIGINT)
            assert run.wait(300) != 0
        finally:
            run.kill()
    until(lambda: not cluster.jobs(), 20)
    assert "CANCELLED" in cluster.finished().values()
    assert not (tmp_path / "results" / "first.txt").exists()


def until(ready, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "too late"
        time.sleep(0.1)


def test_any_scheduler_by_its_commands(cluster, tmp_path):
    study = workflow(tmp_path, "import os\nopen('node', 'w').write(os.environ['SLURMD_NODENAME'])")
    (tmp_path / "profiles").symlink_to(ROOT / "profiles")
    study.snakemake(*GENERIC)
    assert (tmp_path / "node").read_text() in {"n1", "n2"}
    study.edit("second.py", "open", "raise SystemExit(3)\nopen")
    failed = study.snakemake(*GENERIC, "--retries", "0", "--forcerun", "second", check=False)
    assert failed.returncode != 0
    assert re.search(r"  Failed: .*second", failed.stderr), failed.stderr


def test_every_rule_says_what_it_needs_and_its_memory_grows_with_the_attempt():
    """Needs no Slurm: what is retried in the same memory fails again."""
    for file in sorted((ROOT / "workflow" / "rules").glob("*.smk")):
        text = file.read_text()
        scripts = len(re.findall(r"^    script:", text, re.M))
        for need in (
            r"    threads: 1",
            r"        mem_mb=lambda wildcards, attempt: \d+ \* attempt,",
            r"        runtime=\d+,",
        ):
            assert len(re.findall(rf"^{need}$", text, re.M)) == scripts > 0, (file, need)
