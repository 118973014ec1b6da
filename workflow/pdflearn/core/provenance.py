"""Where something comes from: the hash of a file, the versions of packages."""

import hashlib
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
    """A result's name, results/..., also where a storage plugin keeps its copy elsewhere."""
    copied, found, name = Path(path).as_posix().partition("/results/")
    return f"results/{name}" if found and copied.startswith(STORAGE) else Path(path).as_posix()


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def installed(packages: Iterable[str]) -> dict[str, str]:
    """The versions of packages, where they are installed here, of Python and of the project."""
    found = {"python": platform.python_version(), PACKAGE.name: pdflearn.__version__}
    for name in packages:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def versions(lock: str | Path) -> dict[str, str]:
    """Those of the locked packages."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", Path(lock).read_text(encoding="utf-8"), re.M)
    return installed(sorted(set(names)))
