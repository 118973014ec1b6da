"""The record of a run (results/provenance.json), and whether the files still match it.

    pdflearn verify results/provenance.json

names each file that is missing or differs. Exit status 0: all files match, 1: some do not, 2: there
is no such record.
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
from pdflearn.study import terminal

SEEDS = "each random number follows from this seed and the name of what it is drawn for"


def _git_state(folder: Path) -> dict[str, str]:
    """The commit, and whether files were changed since; empty without git."""
    git = shutil.which("git")
    if git is None or not (folder / ".git").exists():
        return {}
    state = {}
    for name, words in (("commit", ["rev-parse", "HEAD"]), ("changes", ["status", "--porcelain"])):
        command = [git, "-C", str(folder), *words]
        process = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if process.returncode:
            return {}
        state[name] = process.stdout.strip()
    return {"commit": state["commit"], "clean": "no" if state["changes"] else "yes"}


def _hashes(paths: Iterable[str]) -> dict[str, str]:
    """The hash of each file, by its name; of a folder, those of all files in it."""
    files: list[Path] = []
    for path in map(Path, paths):
        files += [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    hashes = {result_name(file): file_hash(file) for file in files}
    return dict(sorted(hashes.items()))


def record(
    inputs: dict[str, list[str]],
    outputs: dict[str, list[str]],
    code: dict[str, str],
    config: dict[str, Any],
    lock: str | Path,
) -> dict[str, Any]:
    """The inputs, the code and settings, and the outputs of a run.

    Parameters
    ----------
    inputs : dict
        The paths of each group of inputs: structures, library, measured, project.
    outputs : dict
        The files and folders that each rule wrote.
    code : dict
        For each rule the hash of its script and of the modules that the script imports.
    config : dict
        The merged config.
    lock : path
        The lock file; the installed versions of its packages are recorded.
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
            rule: {"code": code[rule], "files": _hashes(paths)} for rule, paths in outputs.items()
        },
    }


def differences(recorded: dict[str, Any], folder: str | Path = ".") -> list[str]:
    """A line for each file that does not match a record; names are relative to the folder."""
    groups = dict(recorded["inputs"])
    groups |= {rule: entry["files"] for rule, entry in recorded["results"].items()}
    lines = []
    for group, files in groups.items():
        for name, value in files.items():
            if not (Path(folder) / name).is_file():
                lines.append(f"{name}: missing ({group})")
            elif file_hash(Path(folder) / name) != value:
                lines.append(f"{name}: differs ({group})")
    return lines


def main(arguments: list[str], *, as_json: bool = False) -> int:
    """Compare the files with a record; the exit status.

    Parameters
    ----------
    arguments : list of str
        The path of the record; results/provenance.json without one.
    as_json : bool, default False
        Whether one JSON document is printed in place of text.
    """
    path = Path(*arguments) if arguments else Path("results/provenance.json")
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
        lines = differences(recorded)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(
            f"verify: {path} is no record of a run ({error!r}); make run writes it",
            file=sys.stderr if as_json else sys.stdout,
        )
        return 2
    results = recorded["results"].values()
    groups = [*recorded["inputs"].values(), *(entry["files"] for entry in results)]
    n_files = sum(len(files) for files in groups)
    if as_json:
        terminal.print_json("verify", record=str(path), files=n_files, differences=lines)
    else:
        print(*lines, f"{n_files - len(lines)} of {n_files} files match {path}", sep="\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
