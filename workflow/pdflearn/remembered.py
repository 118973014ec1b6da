"""What a job made last time, taken again where it would make the same.

Snakemake knows before it starts which jobs follow which, not whether a file will come out as it
was, and it deletes a job's outputs before the job begins. So a long job that follows from a choice
keeps a copy of what it made beside Snakemake's own notes, under the hash of all that it was made
from. A job that starts from the very same takes the copy. There is one copy for each job, of its
last outputs: nothing of earlier ones remains.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from pdflearn.provenance import file_hash
from pdflearn.storage import replacing, save_json

FOLDER = Path(".snakemake") / "pdflearn"
NOTE = "origin.json"


def origin(inputs: list[str], settings: Mapping[str, Any]) -> str:
    """One hash over the contents of inputs, settings (a rule's, with its code's hash) and the
    versions of everything installed."""
    installed = sorted((item.name, item.version) for item in metadata.distributions())
    contents = [file_hash(Path(path)) for path in inputs]
    return hashlib.sha256(repr((contents, settings, installed)).encode()).hexdigest()


def made(folder: Path, key: str, outputs: Mapping[str, str], make: Callable[[], None]) -> bool:
    """Make outputs, or take the copies of what was made from the same.

    Parameters
    ----------
    folder : Path
        Where the job's copies lie, or will lie.
    key : str
        From `origin`.
    outputs : mapping
        Path of each output by its name in the rule.
    make : callable
        Makes all of them.

    Returns
    -------
    bool
        Whether they had to be made.
    """
    copies = {name: folder / name for name in outputs}
    if _whole(folder / NOTE, key, copies):
        for name, path in outputs.items():
            _copy(copies[name], path)
        return False
    make()
    for name, path in outputs.items():
        _copy(path, copies[name])
    hashes = {name: file_hash(copy) for name, copy in copies.items()}
    save_json(folder / NOTE, {"origin": key, "files": hashes})
    return True


def _whole(note: Path, key: str, copies: Mapping[str, Path]) -> bool:
    """Whether copies are of this origin and each byte is as it was noted."""
    try:
        noted = json.loads(note.read_text(encoding="utf-8"))
        hashes = {name: file_hash(copy) for name, copy in copies.items()}
    except (FileNotFoundError, ValueError):
        return False
    return noted == {"origin": key, "files": hashes}


def _copy(source: str | Path, target: str | Path) -> None:
    with open(source, "rb") as old, replacing(target) as new:
        shutil.copyfileobj(old, new)
