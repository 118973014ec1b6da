"""The record of a run, and whether the files are still what it says.

    python -m pdflearn.study.record results/provenance.json

names each file that is missing or differs; exit status 0: all are as recorded, 1: some are not,
2: there is no such record.
"""

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pdflearn.core.provenance import PACKAGE, file_hash, installed, result_name, versions

SEEDS = "each random number follows from this seed and from the name of what it is drawn for"


def _git_state(folder: Path) -> dict[str, str]:
    """Commit and whether files were changed since; empty where there is no git."""
    git = shutil.which("git")
    if git is None or not (folder / ".git").exists():
        return {}
    answers = {}
    for name, words in (("commit", ["rev-parse", "HEAD"]), ("changes", ["status", "--porcelain"])):
        call = [git, "-C", str(folder), *words]
        done = subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            return {}
        answers[name] = done.stdout.strip()
    return {"commit": answers["commit"], "clean": "no" if answers["changes"] else "yes"}


def _hashes(paths: Iterable[str]) -> dict[str, str]:
    """The hash of each file by name; of a folder those of all its files."""
    files: list[Path] = []
    for path in map(Path, paths):
        files += [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    hashes = {result_name(file): file_hash(file) for file in files}
    return dict(sorted(hashes.items()))


def record(
    inputs: dict[str, list[str]],
    made: dict[str, list[str]],
    code: dict[str, str],
    config: dict[str, Any],
    lock: str | Path,
) -> dict[str, Any]:
    """What went in, what made the results, what came out.

    Parameters
    ----------
    inputs : dict
        For each group of inputs (structures, library, measured, project) their paths.
    made : dict
        For each rule the files and folders that it made.
    code : dict
        For each rule the hash of its script and of the project modules that this reaches.
    config : dict
        The merged config.
    lock : path
        The lock file whose packages are looked up.
    """
    return {
        "project": {"name": PACKAGE.name, "version": installed([])[PACKAGE.name]},
        "git": _git_state(PACKAGE.parents[1]),
        "platform": {
            "system": platform.system(),
            "release": platform.release(),
            "machine": platform.machine(),
        },
        "versions": versions(lock),
        "config": config,
        "seed": {"study": config["seed"], "of the rest": SEEDS},
        "inputs": {group: _hashes(paths) for group, paths in inputs.items()},
        "results": {
            rule: {"code": code[rule], "files": _hashes(paths)} for rule, paths in made.items()
        },
    }


def differences(recorded: dict[str, Any]) -> list[str]:
    """Each file that is no longer what a record says; names are seen from the current folder."""
    groups = dict(recorded["inputs"])
    groups |= {rule: made["files"] for rule, made in recorded["results"].items()}
    found = []
    for group, files in groups.items():
        for name, value in files.items():
            if not Path(name).is_file():
                found.append(f"{name}: missing ({group})")
            elif file_hash(Path(name)) != value:
                found.append(f"{name}: differs ({group})")
    return found


def main(arguments: list[str]) -> int:
    """Verify the files of a record; the exit status."""
    path = Path(*arguments) if arguments else Path("results/provenance.json")
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
        found = differences(recorded)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"verify: {path} is no record of a run ({error!r}); make run writes it")
        return 2
    groups = [*recorded["inputs"].values(), *(m["files"] for m in recorded["results"].values())]
    count = sum(len(files) for files in groups)
    print(*found, f"{count - len(found)} of {count} files are as {path} says", sep="\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
