"""Where a result comes from: hashes of files, versions of packages."""

import hashlib
import os
import platform
import re
from collections.abc import Iterable
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pdflearn

PACKAGE = Path(__file__).parents[1]
# Where Snakemake's storage plugins keep local copies.
STORAGE = ".snakemake/storage/"


def result_name(path: str | Path) -> str:
    """Name a result as results/..., also where a storage plugin keeps its local copy.

    Examples
    --------
    >>> result_name(".snakemake/storage/s3/bucket/results/report.html")
    'results/report.html'
    """
    folder, separator, name = Path(path).as_posix().partition("/results/")
    is_copy = separator and folder.startswith(STORAGE)
    return f"results/{name}" if is_copy else Path(path).as_posix()


def within_results(names: dict[str, str]) -> dict[str, str]:
    """The values by the names that results have within their folder, wherever that lies.

    Parameters
    ----------
    names : dict
        By the paths of all results of a study, as a record of a run has them.

    Examples
    --------
    >>> within_results({"pdf/results/report.html": "a", "pdf/results/models/results/x": "b"})
    {'report.html': 'a', 'models/results/x': 'b'}
    """
    shared = os.path.commonprefix(list(names))
    folder = shared[: shared.rfind("results/") + len("results/")] if "results/" in shared else ""
    return {name.removeprefix(folder): value for name, value in names.items()}


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def installed(packages: Iterable[str]) -> dict[str, str]:
    """Versions of Python, of the project and of those packages that are installed.

    Parameters
    ----------
    packages : iterable of str

    Returns
    -------
    dict
        Name -> version.
    """
    versions_of = {"python": platform.python_version(), PACKAGE.name: pdflearn.__version__}
    for name in packages:
        with suppress(metadata.PackageNotFoundError):
            versions_of[name] = metadata.version(name)
    return versions_of


def versions(lock: str | Path) -> dict[str, str]:
    """Versions of Python, of the project and of the packages in a lock file (see `installed`)."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", Path(lock).read_text(encoding="utf-8"), re.M)
    return installed(sorted(set(names)))
