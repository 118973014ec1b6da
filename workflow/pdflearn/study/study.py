"""The workflow's view of a study: which settings, files and code each rule depends on.

Read while Snakemake parses, also by every job on a cluster: standard library and YAML only.
"""

import csv
import hashlib
import os
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from pdflearn.core.codehash import code_hash
from pdflearn.core.tasks import CLASSIFICATION, REGRESSION
from pdflearn.models.registry import CONTROLS
from pdflearn.structures import tables
from pdflearn.study.config import (
    ConfigError,
    able_models,
    check_config,
    check_labels,
    kind_of,
    without_nulls,
)
from pdflearn.study.sharding import LibraryPart, is_archive, library_parts, shard_of

SCRIPTS = Path(__file__).parents[2] / "scripts"

STRUCTURE_FILES = (
    ".cif", ".mcif", ".xyz", ".extxyz", ".stru", ".dstr", ".pdb", ".ent", ".vasp", ".poscar",
    ".zip", ".gz", ".bz2", ".xz",
)  # fmt: skip
# {name}, or {name,expression} once Snakemake has put the constraint in.
_WILDCARD = re.compile(r"{(\w+)(?:,(?:[^{}]|{[^{}]*})*)?}")
_ODD = re.compile(r"[<>{}\x00-\x1f\udc80-\udcff]")  # the last: bytes that are no UTF-8
LABELS = "labels.csv"
# The line with the names of a table's columns ends within so many bytes.
HEADER = 65536
# Figures of the study, and of each task.
FIGURES = (
    "library", "patterns", "split", "audit", "novelty", "capacity", "loss", "cluster_scores",
    "cluster_numbers", "cluster_contents", "embeddings", "loadings", "dendrogram", "measured",
    "fits", "series",
)  # fmt: skip
TASK_FIGURES = {
    CLASSIFICATION: ("scores", "stress", "calibration", "confusion"),
    REGRESSION: ("scores", "stress", "predicted"),
}
LINEAR = ("perceptron", "logistic_regression", "linear_svm")
SAMPLES = "samples.csv"
# Rules with results that the whole study does not need.
UNASKED = ("measure_snooping",)
# Rules for tasks of classes alone.
OF_CLASSES = ("confusable_types",)


def canonical(value: Any) -> Any:
    """The same settings with their keys in alphabetical order, so that order changes nothing."""
    if isinstance(value, dict):
        return {key: canonical(value[key]) for key in sorted(value)}
    return [canonical(item) for item in value] if isinstance(value, list) else value


def _files(folder: str, keep: Any) -> list[str]:
    """Files of a folder in order of name, hidden ones left out; none for the folder "".

    Links that lead nowhere and devices are among them: that they cannot be read is said by the job.
    """
    if not folder:
        return []
    root = Path(folder)
    found = (path for path in root.rglob("*") if not path.is_dir() and keep(path))
    hidden = (path for path in found if not any(p[0] in "._" for p in path.relative_to(root).parts))
    return sorted(str(path) for path in hidden)


def _bytes(path: str) -> bytes | None:
    """What a file holds; None where it cannot be read, which is for the job to say."""
    if not Path(path).is_file():  # a pipe would be waited for, some devices never end
        return None
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _content(path: str) -> str:
    """The hash of a file."""
    content = _bytes(path)
    return "unreadable" if content is None else hashlib.sha256(content).hexdigest()[:16]


def contents(files: list[str]) -> str:
    """One hash over files: an edit re-runs a job even where the new file is the older one."""
    lines = "\n".join(f"{path!r} {_content(path)}" for path in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def untracked(files: list[str]) -> list[str]:
    """Files that Snakemake cannot take as inputs, for their names (<name>, {name}, newlines, bytes
    that are no UTF-8) or because they are no regular files.

    They reach a job as a parameter.
    """
    return [path for path in files if _ODD.search(path) or not Path(path).is_file()]


def tracked(files: list[str]) -> list[str]:
    """Files that Snakemake can take as inputs."""
    odd = set(untracked(files))
    return [path for path in files if path not in odd]


def give_jobs_this_package() -> None:
    """Let every job import this clone's package, whichever other clone is installed."""
    own = str(Path(__file__).parents[2])
    paths = [own, *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)


class Study:
    """One study, from the validated config.

    Parameters
    ----------
    config : dict
    project : path
        The project's own folder; a study can run in another. The library is the project's where
        the folder that the study runs in has none by its name.
    """

    def __init__(self, config: dict[str, Any], project: str | Path = ".") -> None:
        config = without_nulls(config)
        check_config(config)
        self.project = os.path.relpath(project)
        library = config["structures"]["library"]
        if library and not Path(library).is_dir() and Path(self.own_file(library)).is_dir():
            config["structures"] = {**config["structures"], "library": self.own_file(library)}
        self.config = config
        check_labels(config, self._given_labels())
        self.shards = [f"{i:03d}" for i in range(config["structures"]["shards"])]
        self.batches = [f"{i:03d}" for i in range(config["measured"]["batches"])]
        self.learned_tasks = list(config["tasks"])
        self.tasks = [task for task, spec in config["tasks"].items() if spec.get("report", True)]
        self.models = list(config["models"])
        self.averages = [name for name, spec in config["models"].items() if spec.get("members")]
        self.learners = [
            name
            for name, spec in config["models"].items()
            if name not in self.averages and spec["estimator"] not in CONTROLS
        ]
        self.audit = config["audit"]

    def settings(self, script: str, *keys: str, **extra: Any) -> dict[str, Any]:
        """The one parameter of a rule: the parts of the config that it reads, and its code's hash.

        Parameters
        ----------
        script : str
            Name of the rule's script, without ending.
        keys : str
            Sections of the config; "models/mlp" is one entry of a section, "tasks/..." what a task
            asks (see `question`).
        extra
            What else the job depends on, for example its shard's content.
        """
        chosen: dict[str, Any] = {}
        for key in keys:
            value: Any = self.config
            for part in key.split("/"):
                value = value[part]
            if key.startswith("tasks/"):
                value = self.question(key.removeprefix("tasks/"))
            chosen[key.split("/")[0] if "/" not in key else key] = value
        code = code_hash(SCRIPTS / f"{script}.py")
        return canonical({**chosen, **extra, "code": code})

    def models_of(self, task: str) -> list[str]:
        """The models that learn a task: those it names, else all that can."""
        return self.config["tasks"][task].get("models") or able_models(self.config, task)

    def candidates_of(self, task: str) -> list[str]:
        """Those that can be chosen: models that learn, and averages of such."""
        return [name for name in self.models_of(task) if name in self.learners + self.averages]

    def controls_of(self, task: str) -> dict[str, Any]:
        """Those that bound every score, with their settings."""
        candidates = self.candidates_of(task)
        names = [name for name in self.models_of(task) if name not in candidates]
        return {name: self.config["models"][name] for name in names}

    def kind(self, task: str) -> str:
        """What kind of task it is: classification or regression."""
        return kind_of(self.config, task)

    def tasks_of(self, kind: str) -> list[str]:
        """The tasks of a kind."""
        return [task for task in self.tasks if self.kind(task) == kind]

    def estimators(self, task: str) -> dict[str, str]:
        """The estimator of each model of a task."""
        models = self.config["models"]
        return {name: models[name]["estimator"] for name in self.models_of(task)}

    def own_file(self, place: str) -> str:
        """A file of the project as seen from the folder that the study runs in."""
        return os.path.normpath(os.path.join(self.project, place))

    @property
    def figures(self) -> list[str]:
        """Names of the figures in the report."""
        of_tasks = [
            f"{name}_{task}"
            for task in self.tasks
            for name in TASK_FIGURES[kind_of(self.config, task)]
        ]
        classes = kind_of(self.config, self.audit["task"]) == CLASSIFICATION
        explained = ["importance"] if classes else []
        return [*FIGURES, *explained, *(["weights"] if self.linear_model else []), *of_tasks]

    @property
    def captions(self) -> list[str]:
        """Names of their captions."""
        of_tasks = {name for names in TASK_FIGURES.values() for name in names}
        return sorted([*FIGURES, *of_tasks, "importance", "weights"])

    @property
    def linear_model(self) -> str:
        """The first model of the audited task that has a weight for each value; "" without one."""
        kinds = self.estimators(self.audit["task"])
        linear = (name for kind in LINEAR for name, own in kinds.items() if own == kind)
        return next(linear, "")

    def curve_models(self) -> dict[str, Any]:
        """The models whose capacity or loss is drawn, with their settings."""
        curves = self.audit["curves"]
        names = {*curves["capacity"], curves["loss"]["model"]}
        return {name: self.config["models"][name] for name in sorted(names)}

    def members(self, task: str, model: str) -> list[str]:
        """What a model of a task is the average of, each as task/model; none for any other."""
        found = self.config["models"][model].get("members") or []
        return [member if "/" in member else f"{task}/{member}" for member in found]

    def lends(self, task: str, model: str) -> bool:
        """Whether an average waits for a model: it is learned before the others."""
        return (task, model) in self._members

    @cached_property
    def _scored(self) -> list[tuple[str, str]]:
        return [(task, model) for task in self.tasks for model in self.models_of(task)]

    @cached_property
    def _members(self) -> set[tuple[str, str]]:
        named = (name for task, model in self._scored for name in self.members(task, model))
        return {(task, model) for task, _, model in (name.partition("/") for name in named)}

    def _learned(self) -> list[tuple[str, str]]:
        """Every (task, model) that is learned: those of scored tasks, the averages' members, and
        those that are audited."""
        more = self._members | {(self.audit["task"], self.audit["model"])}
        return self._scored + sorted(more - {*self._scored})

    def question(self, task: str) -> dict[str, Any]:
        """What a task asks: its entry but for the models, so that one more re-runs no other."""
        entry = self.config["tasks"][task]
        return {key: value for key, value in entry.items() if key not in ("models", "report")}

    def member_tasks(self, task: str, model: str) -> list[dict[str, Any]]:
        """The task of each of these members."""
        return [self.question(m.split("/")[0]) for m in self.members(task, model)]

    @cached_property
    def _structure_files(self) -> dict[str, list[str]]:
        """The user's structure files by shard; a file's place in the folder decides."""
        folder = self.config["structures"]["folder"]

        def keep(path: Path) -> bool:
            name = path.name.lower()
            return name.endswith(STRUCTURE_FILES) or name.startswith(("poscar", "contcar"))

        shards: dict[str, list[str]] = {shard: [] for shard in self.shards}
        for path in _files(folder, keep):
            place = Path(path).relative_to(folder).as_posix()
            shards[self.shards[shard_of(place, len(self.shards))]].append(path)
        return shards

    @cached_property
    def _library(self) -> list[LibraryPart]:
        try:
            return library_parts(self.config["structures"])
        except tables.LibraryError as error:
            raise ConfigError(f"structures: {error}") from None

    def library_digest(self, shard: str) -> str:
        """One hash over what the library gives to a shard: its rows changed when this changes."""
        return self._library[self.shards.index(shard)].digest

    def unlearned_compounds(self) -> dict[str, str]:
        """Compounds of the library that are not learned from but looked up, with hashes."""
        return {name: key for part in self._library for name, key in sorted(part.unlearned.items())}

    def rare_types(self) -> dict[str, str]:
        """Types of the library that are too rare to be learned, with hashes."""
        return {kind: key for part in self._library for kind, key in sorted(part.rare.items())}

    def library_tables(self) -> list[str]:
        """The library's tables."""
        folder = self.config["structures"]["library"]
        return tracked(_files(folder, lambda path: path.suffix == ".csv"))

    def structure_files(self, shard: str) -> list[str]:
        """The user's structure files of one shard that Snakemake can track."""
        return tracked(self._structure_files[shard])

    def structure_contents(self, shard: str) -> str:
        """One hash over the user's structure files of one shard and the tables that label them."""
        return contents(self._structure_files[shard] + self.label_files())

    def odd_structure_files(self, shard: str) -> list[str]:
        """The user's structure files of one shard that Snakemake cannot track."""
        return untracked(self._structure_files[shard])

    def all_structure_files(self) -> list[str]:
        """The user's structure files and the tables that label them."""
        files = [file for shard in self.shards for file in self.structure_files(shard)]
        return sorted(files) + self.label_files()

    def own_inputs(self) -> list[str]:
        """Files of the project, beside its code and library, that go into results."""
        captions = [f"workflow/report/captions/{name}.rst" for name in self.captions]
        places = ["resources/measured/public.csv", "workflow/report/report.html.j2", *captions]
        return [self.own_file(place) for place in places]

    def odd_files(self) -> dict[str, list[str]]:
        """The user's files that Snakemake cannot track, and that hold something."""
        found = {
            "structures": {f for shard in self.shards for f in self.odd_structure_files(shard)},
            "measured": {f for batch in self.batches for f in self.odd_measured_files(batch)},
        }
        return {kind: sorted(filter(os.path.isfile, files)) for kind, files in found.items()}

    def made(self, outputs: dict[str, list[str]]) -> dict[str, list[str]]:
        """Every file of the whole study, by the rule that makes it.

        Parameters
        ----------
        outputs : dict
            For each rule its outputs with their wildcards: {shard}, {task}, ...
        """
        values = {"shard": self.shards, "batch": self.batches, "subset": ["development", "vault"]}
        choices = {(name,): [{name: one} for one in some] for name, some in values.items()}
        choices[()] = [{}]
        found: dict[str, list[str]] = {}
        for rule, patterns in outputs.items():
            if rule in UNASKED or not patterns:
                continue
            names = tuple(sorted(set(_WILDCARD.findall(patterns[0]))))
            own = self.averages if rule == "average_models" else self.learners
            choices["model", "task"] = [
                {"task": task, "model": model} for task, model in self._learned() if model in own
            ]
            choices["task",] = [
                {"task": task}
                for task in (self.tasks_of(CLASSIFICATION) if rule in OF_CLASSES else self.tasks)
            ]
            for chosen in choices[names]:
                files = [_WILDCARD.sub(lambda m, c=chosen: c[m[1]], p) for p in patterns]
                drawn = [Path(file).stem for file in files if file.endswith(".svg")]
                if set(drawn) <= set(self.figures):
                    found.setdefault(rule, []).extend(files)
        return found

    def code_hashes(self, rules: Iterable[str]) -> dict[str, str]:
        """The hash of each rule's code; a rule's script has its name."""
        return {rule: code_hash(SCRIPTS / f"{rule}.py") for rule in rules}

    def label_files(self) -> list[str]:
        """The tables beside the user's structure files that label them."""
        folder = self.config["structures"]["folder"]
        return tracked(_files(folder, lambda path: path.name == LABELS))

    def _given_labels(self) -> set[str]:
        """The columns of the user's labels.csv, whichever way they are encoded."""
        columns: set[str] = set()
        for path in _files(self.config["structures"]["folder"], lambda path: path.name == LABELS):
            if not (Path(path).is_file() and os.access(path, os.R_OK)):
                continue  # for the job to say
            with open(path, "rb") as handle:
                content = handle.read(HEADER)
            for encoding in ("utf-8-sig", "latin-1", "utf-16"):
                lines = content.decode(encoding, errors="replace").splitlines()
                columns.update(next(csv.reader(lines), []))
        return columns

    def measured_files(self, batch: str) -> list[str]:
        """The user's measured files of one batch; what is no PDF is refused with a reason later."""
        return tracked(self._measured_files[batch])

    def measured_contents(self, batch: str) -> str:
        """One hash over the user's measured files of one batch."""
        return contents(self._measured_files[batch])

    def odd_measured_files(self, batch: str) -> list[str]:
        """The user's measured files of one batch that Snakemake cannot track."""
        return untracked(self._measured_files[batch])

    def all_measured_files(self) -> list[str]:
        """The user's measured files that Snakemake can track, and the tables beside them."""
        return tracked(sorted({file for own in self._measured_files.values() for file in own})) + (
            tracked(self._sample_tables)
        )

    @cached_property
    def _measured_files(self) -> dict[str, list[str]]:
        """The user's measured files by batch; archives are in each, which takes its members."""
        skip = {"public.csv", "README.md", SAMPLES}
        folder = self.config["measured"]["folder"]
        batches: dict[str, list[str]] = {batch: [] for batch in self.batches}
        for path in _files(folder, lambda path: path.name not in skip):
            place = Path(path).relative_to(folder).as_posix()
            own = self.batches[shard_of(place, len(self.batches))]
            for batch in self.batches if is_archive(place) else [own]:
                batches[batch].append(path)
        return batches

    @cached_property
    def _sample_tables(self) -> list[str]:
        return _files(self.config["measured"]["folder"], lambda path: path.name == SAMPLES)

    @cached_property
    def _sample_lines(self) -> dict[str, list[bytes]]:
        return {table: (_bytes(table) or b"").splitlines() for table in self._sample_tables}

    def all_sample_tables(self) -> dict[str, str]:
        """The tables beside the user's measured files, each with the hash of its content."""
        return {table: _content(table) for table in self._sample_tables}

    def sample_tables(self, batch: str) -> dict[str, str]:
        """The tables beside the user's measured files, each with a hash of what it says of a batch.

        So a line more re-runs its file's batch alone: the hash is over the first line and those
        that hold the name of a file of the batch, or of an archive. Where there are archives, a
        line that names no file can be about a member.
        """
        names = [os.fsencode(Path(file).name) for file in self._measured_files[batch]]
        archives = any(map(is_archive, self._measured_files[batch]))
        everything = {os.fsencode(f) for own in self._measured_files.values() for f in own}

        def concerns(line: bytes, beside: bytes) -> bool:
            if any(name in line for name in names):
                return True
            cells = re.split(rb'[,;\t"]', line)
            return archives and not any(
                os.path.join(beside, c.strip()) in everything for c in cells
            )

        return {
            table: hashlib.sha256(
                b"\n".join(
                    line
                    for number, line in enumerate(lines)
                    if number == 0 or concerns(line, os.fsencode(Path(table).parent))
                )
            ).hexdigest()[:16]
            for table, lines in self._sample_lines.items()
        }
