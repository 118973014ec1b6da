"""The workflow's view of a study: which settings, files and code each rule depends on.

Snakemake reads this while it parses, and so does every job on a cluster: standard library and YAML
only.
"""

import os
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from pdflearn.core.codehash import code_hash
from pdflearn.core.tasks import CLASSIFICATION, MEASURED_NUMBERS, REGRESSION
from pdflearn.models.registry import REGISTRY, EstimatorEntry, is_control
from pdflearn.structures import tables
from pdflearn.study import priorities
from pdflearn.study.config import ConfigError, check_config, check_labels, drop_null_entries
from pdflearn.study.inputs import (
    MeasuredInputs,
    StructureInputs,
    combined_hash,
    list_files,
    tracked,
)
from pdflearn.study.sharding import LibraryShard, library_shards
from pdflearn.study.task_models import compatible_models, task_type_of

WORKFLOW = Path(__file__).parents[2]
SCRIPTS = WORKFLOW / "scripts"

# {name}, or {name,expression} once Snakemake has put the wildcard's constraint in.
_WILDCARD = re.compile(r"{(\w+)(?:,(?:[^{}]|{[^{}]*})*)?}")
# Figures of the study, and those that each task has.
FIGURES = (
    "library", "patterns", "split", "audit", "novelty", "capacity", "loss", "cluster_scores",
    "cluster_numbers", "cluster_contents", "embeddings", "loadings", "dendrogram", "measured",
    "fits", "series", "refined_series", "calibrants", "boxcar",
)  # fmt: skip
TASK_FIGURES = {
    CLASSIFICATION: ("scores", "stress", "calibration", "confusion"),
    REGRESSION: ("scores", "stress", "predicted"),
}
# Where structures to look up lie unless the config says otherwise.
LOOKUP_FOLDER = "resources/lookup"
# What pages are made from, in workflow/report, beside the captions.
PAGE_FILES = (
    "report.html.j2", "viewer.html.j2", "tables.js", "folds.js", "curves.js", "viewer.js",
    "vendor/uplot/uPlot.iife.min.js", "vendor/uplot/uPlot.min.css", "identify.html.j2",
    "identify.js",
)  # fmt: skip
# Rules whose results `rule all` does not ask for.
OPTIONAL_RULES = ("measure_snooping",)
# Rules that run for classification tasks alone.
CLASSIFICATION_RULES = ("confusable_types",)


def sort_keys(value: Any) -> Any:
    """The same settings with the keys in alphabetical order, so that their order changes nothing.

    Examples
    --------
    >>> sort_keys({"b": 1, "a": [{"d": 2, "c": 3}]})
    {'a': [{'c': 3, 'd': 2}], 'b': 1}
    """
    if isinstance(value, dict):
        return {key: sort_keys(value[key]) for key in sorted(value)}
    return [sort_keys(item) for item in value] if isinstance(value, list) else value


def put_package_on_path() -> None:
    """Let every job import the package of this clone, whichever other clone is installed."""
    paths = [str(WORKFLOW), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)


class Study:
    """One study, from its config.

    Parameters
    ----------
    config : dict
    project : path, default "."
        The project's folder; a study can run in another one. The library is the project's where
        the folder that the study runs in has none by that name.

    Attributes
    ----------
    shards, batches : list of str
        The names of the jobs that structures and measured files are divided among.
    structures : StructureInputs
    lookup_folder : str
        The folder of the structures that are looked up and not learned from; "" for none.
    lookup : StructureInputs
        Its files, all in the one shard "all".
    measured : MeasuredInputs
    trained_tasks : list of str
        All tasks.
    tasks : list of str
        Those with results in the report.
    models, averages, learners : list of str
        All models of the config; the averages of others; those that learn by themselves.

    Raises
    ------
    ConfigError
        With one line for each fault of the config.
    """

    def __init__(self, config: dict[str, Any], project: str | Path = ".") -> None:
        config = drop_null_entries(config)
        check_config(config)
        self.project = os.path.relpath(project)
        library = config["structures"]["library"]
        if library and not Path(library).is_dir() and Path(self.project_file(library)).is_dir():
            library = self.project_file(library)
            config["structures"] = {**config["structures"], "library": library}
        self.config = config
        self.shards = [f"{i:03d}" for i in range(config["structures"]["shards"])]
        self.batches = [f"{i:03d}" for i in range(config["measured"]["batches"])]
        self.structures = StructureInputs(config["structures"]["folder"], self.shards)
        self.lookup_folder = config["measured"].get("lookup", LOOKUP_FOLDER)
        self.lookup = StructureInputs(self.lookup_folder, ["all"])
        self.measured = MeasuredInputs(config["measured"]["folder"], self.batches)
        check_labels(config, self.structures.label_columns())
        self.trained_tasks = list(config["tasks"])
        self.tasks = [task for task, spec in config["tasks"].items() if spec.get("report", True)]
        self.models = list(config["models"])
        self.averages = [name for name, spec in config["models"].items() if spec.get("members")]
        self.learners = [
            name
            for name, spec in config["models"].items()
            if name not in self.averages and not is_control(spec["estimator"])
        ]
        self.audit = config["audit"]

    @property
    def mineral_tasks(self) -> list[str]:
        """What is learned of minerals: label/split, in the order of the config."""
        tasks = self.config["minerals"]["tasks"]
        return [f"{label}/{split}" for label, splits in tasks.items() for split in splits]

    def synthetic_shards(self, label: str) -> list[str]:
        """The shards of the synthetic crystals from which a label of minerals is learned.

        None where there are none, and for prototypes: synthetic crystals have none.
        """
        wanted = bool(self.config["minerals"].get("synthetic")) and label == "space_group"
        return self.shards if wanted else []

    # What a rule depends on

    def settings(self, script: str, *keys: str, **extra: Any) -> dict[str, Any]:
        """The one parameter of a rule: the config keys that it reads, and its code's hash.

        Parameters
        ----------
        script : str
            Name of the rule's script, without its ending.
        keys : str
            Keys of the config. "models/mlp" is one entry of a section; "tasks/..." the definition
            of a task (see `task_definition`).
        extra
            What else the job depends on, for example the content of its shard.
        """
        settings: dict[str, Any] = {}
        for key in keys:
            value: Any = self.config
            for name in key.split("/"):
                value = value[name]
            if key.startswith("tasks/"):
                value = self.task_definition(key.removeprefix("tasks/"))
            settings[key] = value
        code = code_hash(SCRIPTS / f"{script}.py")
        return sort_keys({**settings, **extra, "code": code})

    def code_hashes(self, rules: Iterable[str]) -> dict[str, str]:
        """The hash of each rule's code; a rule's script has the rule's name."""
        return {rule: code_hash(SCRIPTS / f"{rule}.py") for rule in rules}

    # Tasks and models

    def models_of(self, task: str) -> list[str]:
        """The models of a task: those it names, else all that can learn it."""
        return self.config["tasks"][task].get("models") or compatible_models(self.config, task)

    def candidates(self, task: str) -> list[str]:
        """The models that may be selected for a task: those that learn, and averages of them."""
        return [name for name in self.models_of(task) if name in self.learners + self.averages]

    def controls(self, task: str) -> dict[str, Any]:
        """The controls of a task, which bound every score, with their settings."""
        candidates = self.candidates(task)
        names = [name for name in self.models_of(task) if name not in candidates]
        return {name: self.config["models"][name] for name in names}

    def tasks_of_type(self, task_type: str) -> list[str]:
        """The tasks in the report of one type: "classification" or "regression"."""
        return [task for task in self.tasks if task_type_of(self.config, task) == task_type]

    @property
    def number_labels(self) -> list[str]:
        """The tasks whose numbers are stated of measured files, where the study learns them."""
        return [task for task in self.tasks_of_type(REGRESSION) if task in MEASURED_NUMBERS]

    def estimators(self, task: str) -> dict[str, str]:
        """The estimator of each model of a task."""
        models = self.config["models"]
        return {name: models[name]["estimator"] for name in self.models_of(task)}

    def task_definition(self, task: str) -> dict[str, Any]:
        """A task's entry without its list of models: one model more then re-runs no other."""
        entry = self.config["tasks"][task]
        return {key: value for key, value in entry.items() if key not in ("models", "report")}

    @property
    def linear_model(self) -> str:
        """The first model of the audited task with a weight for each value; "" without one."""
        return self._first_audited(lambda entry: entry.weights_shown)

    @property
    def convolutional_model(self) -> str:
        """The first model of the audited task with filters along the curve; "" without one."""
        return self._first_audited(lambda entry: entry.filters_shown)

    def _first_audited(self, condition: Callable[[EstimatorEntry], bool]) -> str:
        """The audited task's first model whose estimator, from simple to complex, is of a kind."""
        estimators = self.estimators(self.audit["task"])
        models = (
            name
            for entry in REGISTRY.values()
            if condition(entry)
            for name, estimator in estimators.items()
            if estimator == entry.name
        )
        return next(models, "")

    def validation_curve_models(self) -> dict[str, Any]:
        """The models whose validation curve or loss is shown, with their settings."""
        curves = self.audit["curves"]
        names = {*curves["capacity"], curves["loss"]["model"]}
        return {name: self.config["models"][name] for name in sorted(names)}

    def members(self, task: str, model: str) -> list[str]:
        """The members of an average, each as task/model; an empty list for other models."""
        members = self.config["models"][model].get("members") or []
        return [member if "/" in member else f"{task}/{member}" for member in members]

    def member_tasks(self, task: str, model: str) -> list[dict[str, Any]]:
        """The definition of each member's task."""
        members = self.members(task, model)
        return [self.task_definition(member.split("/")[0]) for member in members]

    def priority(self, task: str, model: str = "") -> int:
        """How early the jobs of a task, or of one of its models, start (see `priorities`).

        Identification waits for all candidates of its task, longest for the members of averages.
        """
        measured = self.config["measured"]["task"]
        candidates = self.candidates(measured)
        awaited = {name for other in candidates for name in self.members(measured, other)}
        if f"{task}/{model}" in awaited or (task == measured and model in self.averages):
            return priorities.VERDICT
        if task == measured and (not model or model in candidates):
            return priorities.VERDICT_SHORT
        return priorities.LONG if (task, model) in self._members else priorities.OTHER

    @cached_property
    def _members(self) -> set[tuple[str, str]]:
        names = (name for task, model in self._reported for name in self.members(task, model))
        return {(task, model) for task, _, model in (name.partition("/") for name in names)}

    @cached_property
    def _reported(self) -> list[tuple[str, str]]:
        return [(task, model) for task in self.tasks for model in self.models_of(task)]

    def _trained(self) -> list[tuple[str, str]]:
        """Every (task, model) that is trained: for the report, for averages, for the audit."""
        further = self._members | {(self.audit["task"], self.audit["model"])}
        return self._reported + sorted(further - {*self._reported})

    def models_trained_by(self, rule: str) -> list[str]:
        """The models that a rule trains: `train_model`, `train_network` or `average_models`.

        Networks by JAX have a rule of their own, so that no other rule's environment holds it.
        """
        if rule == "average_models":
            return self.averages
        entries = {n: REGISTRY[self.config["models"][n]["estimator"]] for n in self.learners}
        by_jax = rule == "train_network"
        return [name for name, entry in entries.items() if bool(entry.trained_with) == by_jax]

    def gpus(self, model: str) -> int:
        """How many GPUs the training of a model asks for."""
        return int((self.config["models"][model].get("params") or {}).get("device") == "gpu")

    # The library

    @cached_property
    def _library(self) -> list[LibraryShard]:
        try:
            return library_shards(self.config["structures"])
        except tables.LibraryError as error:
            raise ConfigError(f"structures: {error}") from None

    def library_digest(self, shard: str) -> str:
        """One hash over the library's rows that a shard builds structures from."""
        return self._library[self.shards.index(shard)].digest

    def lookup_compounds(self) -> dict[str, str]:
        """Compounds that no model learns from but measured PDFs are compared with, with hashes."""
        return {name: key for shard in self._library for name, key in sorted(shard.lookup.items())}

    def lookup_digest(self) -> str:
        """One hash over the structures to look up and, where there are any, the library's tables.

        Their types are recognised by the library's.
        """
        library = self.library_tables() if self.lookup.all_files() else []
        return combined_hash([*library, *self.lookup.all_files()])

    def rare_types(self) -> dict[str, str]:
        """Structure types with too few compounds to be learned, with hashes."""
        return {name: key for shard in self._library for name, key in sorted(shard.rare.items())}

    def library_tables(self) -> list[str]:
        """The library's tables."""
        folder = self.config["structures"]["library"]
        return tracked(list_files(folder, lambda path: path.suffix == ".csv"))

    # Files

    def project_file(self, path: str) -> str:
        """A file of the project as seen from the folder that the study runs in."""
        return os.path.normpath(os.path.join(self.project, path))

    def project_inputs(self) -> list[str]:
        """Files of the project, beside its code and library, that go into results."""
        captions = [f"workflow/report/captions/{name}.rst" for name in self.captions]
        pages = [f"workflow/report/{name}" for name in PAGE_FILES]
        paths = ["resources/measured/public.csv", "CITATION.cff", *pages, *captions]
        return [self.project_file(path) for path in paths]

    def untracked_inputs(self) -> dict[str, list[str]]:
        """The user's readable files that Snakemake cannot track, by the folder they are in."""
        files = {
            "structures": self.structures.all_untracked_files(),
            "measured": self.measured.all_untracked_files(),
            "lookup": self.lookup.all_untracked_files(),
        }
        return {name: sorted(filter(os.path.isfile, paths)) for name, paths in files.items()}

    @property
    def figures(self) -> list[str]:
        """Names of the figures in the report."""
        of_tasks = [
            f"{name}_{task}"
            for task in self.tasks
            for name in TASK_FIGURES[task_type_of(self.config, task)]
        ]
        figures = [*FIGURES]
        if task_type_of(self.config, self.audit["task"]) == CLASSIFICATION:
            figures.append("importance")
        if self.linear_model:
            figures.append("weights")
        if self.convolutional_model:
            figures.append("filters")
        return figures + of_tasks

    @property
    def captions(self) -> list[str]:
        """Names of the captions of all figures."""
        of_tasks = {name for names in TASK_FIGURES.values() for name in names}
        return sorted([*FIGURES, *of_tasks, "filters", "importance", "weights"])

    def outputs_by_rule(self, outputs: dict[str, list[str]]) -> dict[str, list[str]]:
        """Every file of the whole study, by the rule that writes it.

        Parameters
        ----------
        outputs : dict
            The outputs of each rule, with wildcards: {shard}, {task}, ...
        """
        wildcards = {
            ("shard",): [{"shard": shard} for shard in self.shards],
            ("batch",): [{"batch": batch} for batch in self.batches],
            ("subset",): [{"subset": subset} for subset in ("development", "vault")],
            (): [{}],
        }
        files: dict[str, list[str]] = {}
        for rule, patterns in outputs.items():
            if rule in OPTIONAL_RULES or not patterns:
                continue
            names = tuple(sorted(set(_WILDCARD.findall(patterns[0]))))
            models = self.models_trained_by(rule)
            wildcards["model", "task"] = [
                {"task": task, "model": model} for task, model in self._trained() if model in models
            ]
            classifications = self.tasks_of_type(CLASSIFICATION)
            tasks = classifications if rule in CLASSIFICATION_RULES else self.tasks
            wildcards["task",] = [{"task": task} for task in tasks]
            for values in wildcards[names]:
                paths = [_WILDCARD.sub(lambda m, v=values: v[m[1]], p) for p in patterns]
                figures = {Path(path).stem for path in paths if path.endswith(".svg")}
                if figures <= set(self.figures):
                    files.setdefault(rule, []).extend(paths)
        return files
