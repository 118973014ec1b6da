"""What made the results: versions, platform, git state, settings, hashes of files."""

import hashlib
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import pdflearn

PACKAGE = Path(__file__).parent


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


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


def installed(packages: Iterable[str]) -> dict[str, str]:
    """The versions of packages that are installed here, of Python and of the project."""
    found = {"python": platform.python_version(), PACKAGE.name: pdflearn.__version__}
    for name in packages:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def versions(lock: str | Path) -> dict[str, str]:
    """The versions of the locked packages that are installed here, and of Python."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", Path(lock).read_text(encoding="utf-8"), re.M)
    found = {"python": platform.python_version()}
    for name in sorted(set(names)):
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def record(files: dict[str, list[str]], config: dict[str, Any], lock: str | Path) -> dict[str, Any]:
    """What made the results: project, git state, platform, versions, settings, hashes.

    Parameters
    ----------
    files : dict
        For each group of files (structures, library, measured, results) their paths.
    config : dict
        The merged config.
    lock : path
        The lock file whose packages are looked up.
    """
    return {
        "project": {"name": PACKAGE.name, "version": pdflearn.__version__},
        "git": _git_state(PACKAGE.parents[1]),
        "platform": {"system": platform.system(), "machine": platform.machine()},
        "versions": versions(lock),
        "config": config,
        "files": {
            group: {str(path): file_hash(Path(path)) for path in sorted(paths)}
            for group, paths in files.items()
        },
    }
