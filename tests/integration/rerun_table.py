"""What runs again after which change, computed from the workflow itself: docs/rerun.md.

    python tests/integration/rerun_table.py            # compare; exit status 1 where they differ
    python tests/integration/rerun_table.py --write    # write the file anew

Snakemake runs a job again when its parameters, the set of its inputs or the content of an input
changed, and then every job that depends on it. This program compares all three in the graph of jobs
before and after a change. It loads the graph in its own process, in a third of a second; a dry run
would take seconds for each change.
"""

import copy
import gc
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from snakemake import parser
from snakemake.api import SnakemakeApi
from snakemake.common import configfile
from snakemake.settings.types import (
    ConfigSettings,
    DAGSettings,
    ExecutionSettings,
    OutputSettings,
    Quietness,
    ResourceSettings,
    SchedulingSettings,
)

from pdflearn.core import codehash
from pdflearn.study import sharding, study

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "rerun.md"
TARGETS = {"all", "snooping"}

HEAD = """\
# What runs again after which change

Snakemake runs a job again when its settings, its code, the list of its input files or the content
of one of them has changed. Then it runs every job that depends on it. A rule's settings are only
the config keys that it reads. Its code is its script and the modules that the script imports,
however deep. This page lists what follows for the default study. `make docs/rerun.md` writes it,
and a test compares it with the workflow. For any other study, `snakemake --dry-run` says what would
run.

Nothing runs again after: a touched file, a comment or another order of keys in the config, a fresh
clone around old results, another number of cores, a local run after one on a cluster, a README
beside your files, or a file written again with the same content. The same holds for changes of the
rules' resources, of the profiles, or (without `--sdm conda`) of `envs/`. For files of more than
1 MB Snakemake goes by their timestamps alone.

A job listed here runs also where an input is computed anew and has the same content as before. The
longest job that follows from the selection of a model, `identify_measured`, is short then. It keeps
the solution of each least-squares fit in one of its results,
`results/measured/batches/*_solutions.json`, under a hash of all that the fit follows from: curve,
structure, code, versions of packages. The next run of the job reads that file and computes only the
fits that are not in it. Without the file it computes all fits, with the same results.

Where a stage's name stands alone, all of its rules run:

"""


@dataclass(frozen=True)
class Job:
    """A job of the graph: its rule, what makes it run again, and the jobs it depends on."""

    rule: str
    stage: str
    state: tuple
    needs: tuple
    inputs: frozenset[str]
    script: str


Graph = dict[tuple, Job]


def _digest(path: str) -> str:
    file = Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


_PARSED: dict[tuple[str, int], tuple[str, int, dict[int, int]]] = {}


def _parse(
    snakefile: Any, workflow: Any, linemap: dict[int, int], rulecount: int = 0
) -> tuple[str, int]:
    """What Snakemake's parser makes of a file of rules; these stay as they are in the meantime."""
    key = (snakefile.get_path_or_uri(secret_free=True), rulecount)
    if key not in _PARSED:
        lines: dict[int, int] = {}
        _PARSED[key] = *parser.parse(snakefile, workflow, lines, rulecount=rulecount), lines
    code, count, lines = _PARSED[key]
    linemap.update(lines)
    return code, count


_CONFIGS: dict[bytes, dict[str, Any]] = {}
_LIBRARIES: dict[tuple, list[sharding.LibraryShard]] = {}


def _load_configfile(
    path: str, filetype: str = "Config", load: Callable = configfile._load_configfile
) -> dict[str, Any]:
    """What Snakemake makes of a config file, of which only the text counts."""
    text = Path(path).read_bytes()
    if text not in _CONFIGS:
        _CONFIGS[text] = load(path, filetype)
    return copy.deepcopy(_CONFIGS[text])


def _library_shards(settings: dict[str, Any]) -> list[sharding.LibraryShard]:
    """The library by shard, which follows from the settings and the text of its tables."""
    tables = sorted(Path(settings["library"]).glob("*.csv")) if settings["library"] else []
    key = (repr(settings), *(_digest(str(path)) for path in tables))
    if key not in _LIBRARIES:
        _LIBRARIES[key] = sharding.library_shards(settings)
    return _LIBRARIES[key]


def graph(folder: Path, config: dict[str, Any], project: Path = ROOT) -> Graph:
    """Every job of a study in a folder, by rule and wildcards."""
    path, environment = list(sys.path), dict(os.environ)
    with (
        mock.patch("snakemake.workflow.parse", _parse),
        mock.patch.object(configfile, "_load_configfile", _load_configfile),
        mock.patch.object(study, "library_shards", _library_shards),
        SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api,
    ):
        loaded = api.workflow(
            ResourceSettings(cores=1),
            ConfigSettings(config=config),
            snakefile=project / "Snakefile",
            workdir=folder,
        )
        loaded.dag(DAGSettings(targets=TARGETS, forceall=True))
        # The public API prints a plan; the graph itself is one step below it.
        workflow = loaded._workflow
        workflow.execution_settings = ExecutionSettings()
        workflow.scheduling_settings = SchedulingSettings()
        workflow._prepare_dag(
            forceall=True, ignore_incomplete=True, lock_warn_only=True, nolock=True
        )
        workflow._build_dag()

        def key(job: Any) -> tuple:
            return (job.rule.name, *sorted(job.wildcards_dict.items()))

        jobs = {}
        for job in workflow.dag.jobs:
            needs = workflow.dag.dependencies[job]
            results = {str(file) for files in needs.values() for file in files}
            inputs = {str(file) for file in job.input}
            jobs[key(job)] = Job(
                rule=job.rule.name,
                stage=Path(str(job.rule.snakefile)).stem,
                state=(
                    repr(job.params.get("settings")),
                    tuple(sorted(inputs)),
                    tuple(sorted((path, _digest(path)) for path in inputs - results)),
                ),
                needs=tuple(sorted(key(other) for other in needs)),
                inputs=frozenset(inputs - results),
                script=Path(str(job.rule.script)).stem if job.rule.script else "",
            )
    sys.path[:] = path
    os.environ.clear()
    os.environ.update(environment)
    return jobs


def with_dependents(jobs: Graph, first: Iterable[tuple]) -> set[tuple]:
    """Some jobs and all that depend on them, without rules that have no script."""
    followers: dict[tuple, list[tuple]] = {}
    for name, job in jobs.items():
        for need in job.needs:
            followers.setdefault(need, []).append(name)
    seen: set[tuple] = set()
    queue = list(first)
    while queue:
        name = queue.pop()
        if name not in seen:
            seen.add(name)
            queue += followers.get(name, [])
    return {name for name in seen if jobs[name].script}


def run_again(before: Graph, after: Graph) -> set[tuple]:
    """The jobs that run after a change of the study."""
    changed = (n for n, job in after.items() if n not in before or before[n].state != job.state)
    return with_dependents(after, changed)


def config_keys(config: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key of the config; a model counts as one, since all its keys reach the same jobs."""
    for key, value in config.items():
        if isinstance(value, dict) and path != ("models",) and value:
            yield from config_keys(value, (*path, key))
        else:
            yield (*path, key)


# Other valid values of keys that are no numbers, or whose numbers cannot just grow.
OTHER_VALUES: dict[str, Any] = {
    "structures.library": "",
    "structures.folder": "",
    "structures.types": ["fcc", "bcc", "rocksalt"],
    "structures.clusters.shapes": ["fcc"],
    "structures.clusters.metals": ["Al"],
    "simulate.form_factor": "constant",
    "simulate.grid.r_step": 0.05,
    "simulate.bulk_fraction": 0.4,
    "split.vault": 0.3,
    "split.near_duplicate.correlation": 0.99,
    "tasks.structure_type.label": "structure_type",
    "tasks.plain_type.label": "visible_type",
    "tasks.type_as_seen.label": "structure_type",
    "tasks.type_as_seen.models": ["mlp", "mlp_scale_free", "mlp_small"],
    "tasks.crystal_system.label": "structure_type",
    "tasks.diameter.label": "nearest_neighbour",
    "tasks.nearest_neighbour.label": "diameter",
    "audit.task": "crystal_system",
    "audit.model": "knn",
    "audit.novelty.model": "template",
    "audit.curves.capacity.mlp.param_name": "max_iter",
    "audit.curves.capacity.extra_trees.param_name": "min_samples_leaf",
    "audit.curves.loss.model": "",
    "cluster.radiation": "neutron",
    "cluster.label": "structure_type",
    "cluster.n_clusters": "labels",
    "measured.folder": "",
    "measured.lookup": "",
    "measured.fetch_public": False,
    "measured.task": "crystal_system",
}
OTHER_WORDS = {
    "raw": "first_peak", "first_peak": "log_r", "log_r": "raw", "euclidean": "pearson",
    "pearson": "euclidean", "pca": "nmf", "nmf": "pca", "accuracy": "balanced_accuracy",
    "balanced_accuracy": "accuracy", "rmse": "mae", "mae": "rmse",
}  # fmt: skip


def changed(config: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any] | None:
    """The config with another value of one key; None where that would need a second change."""
    config = copy.deepcopy(config)
    section = config
    for key in path[:-1]:
        section = section[key]
    value, name = section[path[-1]], ".".join(path)
    if name in OTHER_VALUES:
        value = OTHER_VALUES[name]
        if value == section[path[-1]] or name == "audit.curves.loss.model":
            return None
    elif path[0] == "models":
        field = "members" if "members" in value else "params"
        value = {**value, field: value["members"][::-1]} if field == "members" else {
            **value, "params": {**value.get("params", {}), "a_new_one": 1}
        }  # fmt: skip
    elif path[0] == "tasks" and path[-1] == "models":
        value = value[1:]
    elif path[0] == "tasks" and path[-1] == "task_type":
        return None
    elif isinstance(value, bool):
        value = not value
    elif isinstance(value, int | float):
        value = value * 1.01 or 0.1 if isinstance(value, float) else value + 1
    elif isinstance(value, str):
        value = OTHER_WORDS[value]
    elif isinstance(value, list) and len(value) == 2 and all(
        isinstance(item, int | float) for item in value
    ):  # fmt: skip
        value = [value[0], type(value[1])(value[1] * 1.01) if value[1] % 1 else value[1] - 1]
    else:
        value = value[:-1]
    section[path[-1]] = value
    return config


def lay_out(folder: Path) -> None:
    """A study's folder with the library and files as a user would have them."""
    shutil.copytree(ROOT / "resources" / "library", folder / "resources" / "library")
    structures = folder / "resources" / "structures"
    cif = ROOT / "tests" / "data" / "study" / "Ni_fcc.cif"
    gr = ROOT / "tests" / "data" / "study" / "nickel.gr"
    for place, source in (
        (structures / "fcc" / "one.cif", cif),
        (structures / "fcc" / "<other>.cif", cif),
        (folder / "resources" / "measured" / "one.gr", gr),
        (folder / "resources" / "measured" / "{other}.gr", gr),
    ):
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)
    (folder / "resources" / "lookup").mkdir()
    shutil.copy(cif, folder / "resources" / "lookup" / "one.cif")
    (structures / "fcc" / "labels.csv").write_text("file,hardness\none.cif,1\n")
    (folder / "resources" / "measured" / "samples.csv").write_text("file,radiation\n")


def _append(path: Path) -> Callable[[], None]:
    def edit() -> None:
        with open(path, "a", encoding="utf-8") as handle:
            handle.write("\n")

    return edit


def _replace(path: Path, old: str, new: str) -> Callable[[], None]:
    def edit() -> None:
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{path} does not hold {old!r}")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def file_changes(folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """What a user may do to files, each on top of the change before."""
    resources = folder / "resources"
    library, structures, measured = (resources / n for n in ("library", "structures", "measured"))
    cif, gr = structures / "fcc" / "one.cif", measured / "one.gr"
    row = next(
        line for line in (library / "compounds.csv").read_text().splitlines() if ",fcc," in line
    )
    yield (
        "a compound's row in `library/compounds.csv`",
        _replace(library / "compounds.csv", row, row + "!"),
    )
    yield (
        "a type's row in `library/types.csv`",
        _replace(library / "types.csv", "\nfcc,", "\nfcc,!"),
    )
    yield "`library/sources.csv`", _append(library / "sources.csv")
    yield "a structure file", _append(cif)
    yield "a structure file with `<>{}` in its name", _append(structures / "fcc" / "<other>.cif")
    yield "one more structure file", lambda: shutil.copy(cif, cif.with_name("two.cif"))
    yield "a structure file less", cif.with_name("two.cif").unlink
    yield "a `labels.csv` beside structure files", _append(structures / "fcc" / "labels.csv")
    yield "a structure to look up", _append(resources / "lookup" / "one.cif")
    yield "a measured file", _append(gr)
    yield "a measured file with `<>{}` in its name", _append(measured / "{other}.gr")
    yield "one more measured file", lambda: shutil.copy(gr, gr.with_name("two.gr"))
    yield "a measured file less", gr.with_name("two.gr").unlink
    yield (
        "a measured file's line in `samples.csv`",
        _replace(measured / "samples.csv", "radiation\n", "radiation\none.gr,xray\n"),
    )
    yield "an empty line in `samples.csv`", _append(measured / "samples.csv")
    yield "a README or a hidden file beside them", lambda: (
        (measured / "README.md").write_text("x"), (structures / ".hidden.cif").write_text("x")
    )  # fmt: skip


class Rows:
    """The rows of one table; changes with the same effect share a row."""

    def __init__(self, jobs: Graph) -> None:
        self.jobs = jobs
        self.effects: dict[tuple[str, int, int, str], list[str]] = {}

    def add(self, change: str, group: str, again: set[tuple], jobs: Graph) -> None:
        """One change, and the jobs of a graph that run again."""
        work = sum(bool(job.script) for job in jobs.values())
        entry = (group, len(again), work, stages(jobs, again))
        self.effects.setdefault(entry, []).append(change)

    def lines(self, title: str) -> list[str]:
        """The table in Markdown."""
        rows = [
            f"| {', '.join(changes)} | {count} of {work} | {words} |"
            for (_, count, work, words), changes in self.effects.items()
        ]
        return [f"| {title} | jobs | rules that run again |", "| --- | ---: | --- |", *rows, ""]


def _rules(jobs: Graph) -> dict[str, list[str]]:
    """Rules that do work, by stage, in alphabetical order."""
    rules: dict[str, set[str]] = {}
    for job in jobs.values():
        if job.script:
            rules.setdefault(job.stage, set()).add(job.rule)
    order = [line.split("/")[-1].split(".")[0] for line in (ROOT / "Snakefile").read_text().split()
             if "rules/" in line]  # fmt: skip
    return {stage: sorted(rules[stage]) for stage in order if stage in rules}


def stages(jobs: Graph, again: set[tuple]) -> str:
    """The rules that run again; where all rules of a stage do, the name of the stage."""
    running = {jobs[name].rule for name in again}
    words = []
    for stage, rules in _rules(jobs).items():
        some = [rule for rule in rules if rule in running]
        if len(some) == len(rules):
            words.append(f"**{stage}**")
        elif some:
            words.append(f"{stage} ({', '.join(some)})")
    return ", ".join(words) or "none"


def module_name(path: Path) -> str:
    """A module as package/module."""
    return path.relative_to(codehash.PACKAGE).with_suffix("").as_posix()


def imported_modules(jobs: Graph) -> dict[str, set[str]]:
    """The modules that each script imports, however deep."""
    scripts = {job.script for job in jobs.values() if job.script}
    folder = ROOT / "workflow" / "scripts"
    return {
        script: {module_name(path) for path in codehash.dependencies(folder / f"{script}.py")[0]}
        for script in scripts
    }


def table() -> str:
    """The whole text of docs/rerun.md."""
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lay_out(folder)
        before = graph(folder, config)
        lines = [f"- **{stage}**: {', '.join(rules)}" for stage, rules in _rules(before).items()]
        keys = Rows(before)
        for path in config_keys(config):
            other = changed(config, path)
            if other is not None:
                after = graph(folder, other)
                name = ".".join(path)
                keys.add(f"`{name}`", path[0], run_again(before, after), after)
        files = Rows(before)
        now = before
        for change, do in file_changes(folder):
            do()
            after = graph(folder, config)
            files.add(change, change, run_again(now, after), after)
            now = after
    own = sorted({path for job in before.values() for path in job.inputs if path.startswith("..")})
    captions: dict[str, str] = {}
    for path in own:
        place = Path(path)
        name = f"{place.parent.name}/*.rst" if place.suffix == ".rst" else place.name
        readers = [key for key, job in before.items() if path in job.inputs]
        captions[name] = captions.get(name, "") or name
        if captions[name] != "seen":
            files.add(f"`{name}` of the project", name, with_dependents(before, readers), before)
            captions[name] = "seen"
    imported = imported_modules(before)
    scripts, modules = Rows(before), Rows(before)
    for script in sorted(path.stem for path in (ROOT / "workflow" / "scripts").glob("*.py")):
        first = [key for key, job in before.items() if job.script == script]
        scripts.add(f"`{script}`", "", with_dependents(before, first), before)
    for module in sorted(map(module_name, codehash.PACKAGE.glob("*/[!_]*.py"))):
        first = [key for key, job in before.items() if module in imported.get(job.script, ())]
        modules.add(f"`{module}`", "", with_dependents(before, first), before)
    lines += ["", "## Keys of the config", "", *keys.lines("key")]
    lines += ["## Files", "", *files.lines("file")]
    lines += ["## Scripts in `workflow/scripts`", "", *scripts.lines("script")]
    lines += ["## Modules in `workflow/pdflearn`", "", *modules.lines("module")]
    return HEAD + "\n".join(lines).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """Compare or write the file; the exit status."""
    gc.freeze()  # what is imported stays, so it need not be searched after each graph
    text = table()
    if arguments == ["--write"]:
        TABLE.write_text(text, encoding="utf-8")
        return 0
    if TABLE.is_file() and TABLE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/rerun.md does not say what runs again now; renew it with: make docs/rerun.md")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
