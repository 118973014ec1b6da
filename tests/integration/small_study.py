"""A small study of a minute in a folder of its own, which real Snakemake runs."""

import csv
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import started_snakemake
import yaml

ROOT = Path(__file__).resolve().parents[2]

# Programs started in the background ignore Ctrl-C, and so would every Snakemake started from here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

TYPES = ["fcc", "bcc", "rocksalt"]
# Of every Snakemake that is started: byte-code is worth its time.
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass
class Checkout:
    """A copy of the project in a folder of its own."""

    folder: Path

    def snakemake(
        self, *words: str, check: bool = True, anew: bool = False
    ) -> subprocess.CompletedProcess:
        """Run Snakemake here and return what it printed; anew where its imports are to change."""
        words = ("--cores", "2", *words)
        environment = {**os.environ, **ENVIRONMENT}
        if anew:
            done = subprocess.run(
                [sys.executable, "-m", "snakemake", *words], cwd=self.folder, env=environment,
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        else:
            done = started_snakemake.snakemake(words, self.folder, environment)
        if check and done.returncode:
            logs = sorted((self.folder / "results" / "logs").rglob("*.log"))
            said = [f"--- {log}\n{log.read_text()}" for log in logs if "ERROR" in log.read_text()]
            raise AssertionError(done.stdout + done.stderr + "\n".join(said))
        return done

    def jobs(self) -> dict[str, int]:
        """What a run would do now: rule -> number of jobs, without `all`."""
        # The table of jobs: a rule with a message is not named elsewhere.
        said = self.snakemake("--dry-run").stdout
        counts = {rule: int(n) for rule, n in re.findall(r"^(\w+) +(\d+)$", said, re.M)}
        return {rule: n for rule, n in counts.items() if rule not in ("all", "total")}

    def graph(self) -> list[tuple[str, list[str], list[str]]]:
        """Every job of the whole study: rule, input files, output files."""
        header, *rows = csv.reader(
            self.snakemake("--detailed-summary").stdout.splitlines(), delimiter="\t"
        )
        found: dict[str, tuple[str, list[str], list[str]]] = {}
        for row in rows:  # one an output; the jobs differ by their logs
            file = dict(zip(header, row, strict=True))
            inputs = file["input-file(s)"].split(",")
            job = found.setdefault(file["log-file(s)"], (file["rule"], inputs, []))
            job[2].append(file["output_file"])
        return list(found.values())

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text in a file, which must hold it."""
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1))

    def configure(self, **sections: object) -> None:
        """Replace whole sections of the config."""
        path = self.folder / "config" / "config.yaml"
        config = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump({**config, **sections}, sort_keys=False))

    def hashes(self, *aside: str) -> dict[str, str]:
        """The hash of every result by name, without logs, records of time and what is named."""
        results = self.folder / "results"
        found = {
            path.relative_to(results).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(results.rglob("*"))
            if path.is_file() and path.name != ".gitkeep"
        }
        return {
            name: value
            for name, value in found.items()
            if name.split("/")[0] not in ("logs", "benchmarks", *aside)
        }

    def copy(self, folder: Path, results: bool = True) -> "Checkout":
        """The same in another folder, with its results and their times or before its first run."""
        made = [str(self.folder / name) for name in ("results", ".snakemake")]

        def ignore(parent: str, names: list[str]) -> list[str]:
            return [name for name in names if not results and os.path.join(parent, name) in made]

        shutil.copytree(self.folder, folder, symlinks=True, ignore=ignore)
        return Checkout(folder)


def checkout(folder: Path) -> Checkout:
    """Copy the project's own files, and set up a study of a minute."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", ".", ":!docs", ":!tests"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for compiled in (ROOT / "workflow").rglob("__pycache__/*"):
        # From files of the same time and size, so Python and Numba need not compile them again.
        place = folder / compiled.relative_to(ROOT)
        place.parent.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # another worker is just writing it
            shutil.copy2(compiled, place)
    study = Checkout(folder)
    config = yaml.safe_load((folder / "config" / "config.yaml").read_text())
    kept = ("label", "metric")
    study.configure(
        structures={**config["structures"], "types": TYPES, "hypothetical": 40, "shards": 2},
        simulate={**config["simulate"], "draws": {"xray": 2}},
        tasks={
            "structure_type": {key: config["tasks"]["structure_type"][key] for key in kept},
            "plain_type": {
                **config["tasks"]["plain_type"],
                "models": ["perfect", "knn", "knn_summed"],
            },
            "type_as_seen": {**config["tasks"]["type_as_seen"], "models": ["knn"]},
            "diameter": {**config["tasks"]["diameter"], "models": ["mean", "linear_regression"]},
        },
        models={
            "perfect": {"estimator": "perfect"},
            "majority": {"estimator": "majority"},
            "mean": {"estimator": "mean"},
            "linear_regression": config["models"]["linear_regression"],
            "knn_summed": {"estimator": "average", "members": ["type_as_seen/knn"]},
            "logistic_gradient": {"estimator": "logistic_gradient", "params": {"max_epochs": 9}},
            "perceptron": {"estimator": "perceptron", "params": {"max_epochs": 5}},
            "knn": {
                "estimator": "knn",
                "params": {"features": "first_peak"},
                "param_grid": {"n_neighbors": [1, 3]},
            },
        },
        audit={
            "task": "structure_type",
            "model": "knn",
            "train_sizes": [0.5, 1.0],
            "novelty": {"model": "logistic_gradient", "hypothetical": 1, "folds": 2},
            "curves": {
                **config["audit"]["curves"],
                "capacity": {"knn": {"param_name": "n_neighbors", "param_range": [1, 16]}},
                "loss": {"model": "logistic_gradient", "learning_rates": [0.1, 100], "epochs": 5},
            },
            "snooping": {"patterns": 20, "looks": 5, "repeats": 2},
        },
        # Particles take longer to build and to simulate than all the structures of this study.
        measured={**config["measured"], "fetch_public": False, "batches": 2, "particles": False},
    )
    structures = folder / "resources" / "structures" / "fcc"
    structures.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "tests" / "data" / "study" / "Ni_fcc.cif", structures)
    measured = folder / "resources" / "measured"
    shutil.copy(ROOT / "tests" / "data" / "study" / "nickel.gr", measured)
    (measured / "broken.gr").write_text("<b>no numbers</b>\n")
    return study
