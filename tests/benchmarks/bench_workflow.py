"""What the workflow itself costs, beside the science in it.

    python tests/benchmarks/bench_workflow.py --out FOLDER [--structures 10000]

A run with nothing to do; the graph of a thousand shards; one structure added to many; and, where
results/ holds the finished default study, one model changed and the share of Snakemake and
start-up, both from the times that its jobs recorded. Refinements are short after such a change; how
short, a copy of the study says, in which they run again. There also a part of the chosen model is
changed and all that follows is run. FOLDER gets workflow.md.

Seconds are those of the CPU, which other work on the machine disturbs little.
"""

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests" / "integration")]

import pandas as pd  # noqa: E402
import rerun_table  # noqa: E402
from small_study import Checkout, checkout  # noqa: E402

# Rules that teach a model, the one which is drawn, left out or given fewer patterns included.
LEARN = (
    "train_model",
    "train_controls",
    "average_models",
    "compare_splits",
    "novelty",
    "validation_curves",
    "permutation_importance",
)
# A script that does nothing but leave its results.
EMPTY = """from pathlib import Path

for path in map(Path, snakemake.output):
    path.touch() if path.suffix else path.mkdir(parents=True, exist_ok=True)
"""
CIF = ROOT / "tests" / "data" / "study" / "Ni_fcc.cif"


def of_children() -> float:
    """CPU seconds of all processes that were started from here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(study: Checkout, *words: str) -> float:
    """Seconds that a call of Snakemake takes with all its jobs."""
    before = of_children()
    study.snakemake(*words)
    return of_children() - before


def default_study(folder: Path) -> Checkout:
    """The project as it is, with the default config."""
    study = checkout(folder)
    (folder / "config" / "config.yaml").write_text((ROOT / "config" / "config.yaml").read_text())
    return study


def pretend(study: Checkout) -> int:
    """Make a study look finished: empty results, marked as up to date; the number of jobs."""
    jobs = study.graph()
    for name in (name for _, _, outputs in jobs for name in outputs):
        path = study.folder / name
        if path.suffix:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        else:
            path.mkdir(parents=True, exist_ok=True)
    study.snakemake("--touch", "--forceall", "--quiet", "all")
    return len(jobs)


def nothing_to_do(folder: Path) -> list[tuple[str, str]]:
    """A run of the default study that has run, and the graph of a thousand shards."""
    study = default_study(folder)
    jobs = pretend(study)
    seconds = min(timed(study) for _ in range(3))
    study.edit("config/config.yaml", "  shards: 8", "  shards: 1000")
    graph = timed(study, "--dry-run", "--quiet", "all")
    return [
        (f"nothing to do, {jobs} jobs (bar 3 s)", f"{seconds:.1f} s"),
        ("dry run of 1,000 shards", f"{graph:.1f} s"),
    ]


def one_more_structure(folder: Path, n: int) -> list[tuple[str, str]]:
    """What one structure more costs a study of n: reading and simulating."""
    study = default_study(folder)
    own = folder / "resources" / "structures" / "fcc"
    text = CIF.read_text()
    for i in range(n):
        (own / f"{i:05d}.cif").write_text(text.replace("3.52", f"{3.2 + 1.5 * i / n:.5f}"))
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    shards = max(4, n // 300)
    study.configure(structures={**config["structures"], "library": "", "shards": shards})
    wanted = [f"results/patterns/{i:03d}.npz" for i in range(shards)]
    whole = timed(study, *wanted)
    (own / "another.cif").write_text(text.replace("3.52", "3.00007"))
    plan = study.snakemake("--dry-run", *wanted).stdout
    jobs = {rule: int(n) for rule, n in re.findall(r"^(\w+) +(\d+)$", plan, re.M)}
    more = timed(study, *wanted)
    return [
        (f"{n:,} structures of a folder in {shards} shards, read and simulated", f"{whole:.0f} s"),
        (
            "one more (bar: one shard, 5 %)",
            f"{more:.1f} s, {more / whole:.1%}: {jobs['read_structures']} job reads, "
            f"{jobs['simulate']} simulates",
        ),
    ]


def seconds_of(results: Path) -> dict[str, float]:
    """CPU seconds of each job that a finished study recorded, by rule and wildcards.

    Snakemake looks every half second for 15.5 s, then every 30 s; from the last look to a job's end
    its share of the CPU is taken to have been the same.
    """
    folder = results / "benchmarks"
    found = {}
    for file in folder.rglob("*.tsv"):
        (job,) = pd.read_csv(file, sep="\t").to_dict("records")
        lasted = job["s"]
        looked = lasted if lasted < 15.5 else lasted - (lasted - 15.5) % 30
        name = file.relative_to(folder).with_suffix("").as_posix()
        found[name] = job["cpu_time"] * lasted / looked
    return found


def _name(key: tuple) -> str:
    """Where a job's times lie: <rule>/<task>/<model>, <rule>/<shard>, <rule>."""
    values = dict(key[1:])
    order = ("subset", "shard", "batch", "task", "model")
    return "/".join([key[0], *(values[name] for name in order if name in values)])


def finished(results: Path, folder: Path) -> Checkout | None:
    """A copy of the project whose results these are; None where a run would change them."""
    shutil.copytree(results.parent, folder, symlinks=True, ignore=shutil.ignore_patterns(".venv"))
    study = Checkout(folder)
    return None if study.jobs() else study


def parts_of_the_chosen(results: Path, config: dict) -> list[str]:
    """The model that reads measured files, and the members of an average."""
    chosen = results / "models" / config["measured"]["task"] / "selected.yaml"
    name = yaml.safe_load(chosen.read_text(encoding="utf-8"))["model"]
    members = config["models"][name].get("members") or []
    return [name, *(member.split("/")[-1] for member in members)]


def from_the_record(results: Path, place: Path) -> list[tuple[str, str]]:
    """One model changed, and start-up, from the times of a default study that has run."""
    seconds = seconds_of(results)
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    study = finished(results, place / "finished")
    if study is None:
        return [("one model changed; start-up", f"{results} is not the study of this code")]
    rerun_table.lay_out(place / "plan")
    jobs = rerun_table.graph(place / "plan", config)
    total = sum(seconds.values())
    study.snakemake("--forcerun", "identify_measured", "--until", "identify_measured")
    short = seconds_of(study.folder / "results")
    rows = [
        ("the default study's jobs, one after another", f"{total:.0f} s"),
        (
            "refinements of the same once more",
            f"{sum(s for name, s in short.items() if name.startswith('identify_measured/')):.0f} s",
        ),
    ]
    for model in config["models"]:
        own = [key for key in jobs if dict(key[1:]).get("model") == model]
        first = [key for key in own if key[0] in ("train_model", "average_models")]
        if not first:
            continue
        again = rerun_table.with_dependents(jobs, first)
        training = sum(seconds[_name(key)] for key in again if key[0] in LEARN)
        rest = sum(
            (short if key[0] == "identify_measured" else seconds).get(_name(key), 0.0)
            for key in again
            if key[0] not in LEARN
        )
        rows.append(
            (
                f"{model} changed (bar: 10 %, or its own training)",
                f"{training + rest:.0f} s, {(training + rest) / total:.1%}: {training:.0f} s of it "
                f"learning it, {rest:.0f} s, {rest / total:.1%}, all else",
            )
        )
    rows.append(really_changed(study, parts_of_the_chosen(results, config)[-1], total))
    rows.append(starting(place / "empty", jobs, total))
    return rows


def starting(folder: Path, jobs: rerun_table.Graph, total: float) -> tuple[str, str]:
    """Snakemake's own seconds and those of imports, of a study whose jobs take total seconds."""
    study = default_study(folder)
    for script in (folder / "workflow" / "scripts").glob("*.py"):
        script.write_text(EMPTY)
    own = timed(study)
    count = Counter(
        job.script for job in jobs.values() if job.script and "snooping" not in job.rule
    )
    # A core each, as Snakemake gives them.
    environment = {"PYTHONPATH": sys.path[0], "OMP_NUM_THREADS": "1"}
    imports = 0.0
    for script, n in count.items():
        # Not started by Snakemake, a script imports all that it needs and stops.
        path = str(ROOT / "workflow" / "scripts" / f"{script}.py")
        code = f"import runpy; runpy.run_path({path!r}, run_name='imported')"
        before = of_children()
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        imports += n * (of_children() - before)
    share = (own + imports) / (own + total)
    return (
        "Snakemake, start-up of Python and imports in all jobs (bar 15 %)",
        f"{own:.0f} s and {imports:.0f} s, {share:.1%} of {own + total:.0f} s",
    )


def really_changed(study: Checkout, model: str, total: float) -> tuple[str, str]:
    """Change a part of the chosen model and run what follows, in seconds of the CPU."""
    path = study.folder / "config" / "config.yaml"
    config = yaml.safe_load(path.read_text())
    params = config["models"][model].get("params") or {}
    if "alpha" not in params:
        return f"{model}, a part of the chosen model", "no alpha of it to change"
    params["alpha"] *= 1.5
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    spent = timed(study)
    times = seconds_of(study.folder / "results")
    taught = sum(times[name] for name in times if name.split("/")[-1] == model)
    logs = sorted((study.folder / "results" / "logs" / "identify_measured").glob("*.log"))
    counts = [re.search(r"(\d+) refinements, (\d+) of them new", log.read_text()) for log in logs]
    fits, new = (sum(int(found[place]) for found in counts) for place in (1, 2))
    return (
        f"{model} changed and all run, a part of the chosen model",
        f"{spent:.0f} s, {spent / total:.1%}: {taught:.0f} s of it learning it; {new} of {fits} "
        "refinements were new",
    )


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--structures", type=int, default=10_000)
    parser.add_argument("--results", type=Path, default=ROOT / "results")
    wanted = parser.parse_args()
    lines = ["| | |", "| --- | --- |"]
    print(*lines, sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as place:
        for measure in (
            lambda: nothing_to_do(Path(place) / "nothing"),
            lambda: from_the_record(wanted.results.resolve(), Path(place)),
            lambda: one_more_structure(Path(place) / "more", wanted.structures),
        ):
            rows = [f"| {what} | {value} |" for what, value in measure()]
            print(*rows, sep="\n", flush=True)
            lines += rows
    wanted.out.mkdir(parents=True, exist_ok=True)
    (wanted.out / "workflow.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
