"""What a script is made of: the project modules and the packages that it imports, and their hash.

Snakemake notices neither an edit of an imported module nor tells a touched script from an edited
one. So every rule carries, as a parameter, the hash of its script and of the project modules that
the script reaches by following `import` statements: an edit re-runs exactly the rules that use it.
"""

import ast
import hashlib
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pdflearn

PACKAGE = Path(__file__).parent


def _imports(path: Path) -> tuple[set[Path], set[str]]:
    """Project modules and top-level outside packages that one file names, wherever it does so."""
    modules, packages = set(), set()
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
            if node.module == PACKAGE.name:
                names = [f"{PACKAGE.name}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            raise ValueError(f"{path}:{node.lineno}: write the import in full (pdflearn.module)")
        else:
            continue
        for name in names:
            top, *rest = name.split(".")
            if top != PACKAGE.name:
                packages.add(top)
            elif (PACKAGE / f"{rest[0] if rest else '__init__'}.py").exists():
                modules.add(PACKAGE / f"{rest[0] if rest else '__init__'}.py")
            else:
                raise ValueError(f"{path}: {name!r} is no module of {PACKAGE.name}")
    return modules, packages - set(sys.stdlib_module_names)


@cache
def parts(script: Path) -> tuple[tuple[Path, ...], frozenset[str]]:
    """All project files a script consists of (itself included) and the packages they import.

    Parameters
    ----------
    script : Path
        A Python file of the workflow.

    Returns
    -------
    files : tuple of Path, sorted, without the script itself
    packages : frozenset of str
        Top-level names of packages outside the project and the standard library.
    """
    seen: set[Path] = set()
    packages: set[str] = set()
    queue = [Path(script)]
    while queue:
        modules, outside = _imports(queue.pop())
        packages |= outside
        queue.extend(modules - seen)
        seen |= modules
    return tuple(sorted(seen)), frozenset(packages)


@cache
def code_hash(script: Path) -> str:
    """SHA-256 (16 hex digits) over a script and the project modules that it reaches."""
    files, _ = parts(script)
    digest = hashlib.sha256(Path(script).read_bytes())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


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
