"""Where refinements ended, kept from one run to the next.

A refinement follows from its curve, its structures and the code alone. Which ones a sample asks for
follows from the model's answer, and most are the same when the model has changed a little. So
what least squares found is kept beside Snakemake's own notes, where it survives that Snakemake
deletes a job's outputs before the job begins. A fit that is computed from it again is the same to
the last bit.
"""

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.core import codehash
from pdflearn.core.io import save_text
from pdflearn.measured.observation import Observation
from pdflearn.refinement.phase import Phase

FOLDER = Path(".snakemake") / "pdflearn" / "refine"


@dataclass(frozen=True)
class Solution:
    """What least squares found, in the units of the refinement's vector.

    Attributes
    ----------
    values : array (parameters,)
    errors : array (parameters + phases,)
        Standard errors of the values and of each phase's scale; NaN where there is none.
    """

    values: np.ndarray
    errors: np.ndarray


class Solutions:
    """Solutions by what was asked; those of an earlier run, and what this one adds.

    Parameters
    ----------
    known : dict, optional
        Of an earlier run.

    Attributes
    ----------
    used : dict
        What this run asked for.
    new : int
        How many of these were not known.
    """

    def __init__(self, known: dict[str, Solution] | None = None) -> None:
        self._known = known or {}
        self.used: dict[str, Solution] = {}
        self.new = 0

    def get(self, key: str, solve: Callable[[], Solution]) -> Solution:
        """The solution under a key from `asked`; solved where there is none yet."""
        if key not in self.used:
            found = self._known.get(key)
            if found is None:
                found = solve()
                self.new += 1
            self.used[key] = found
        return self.used[key]

    @classmethod
    def load(cls, path: Path, origin: str) -> "Solutions":
        """Read what `save` wrote, if it was for the same origin and each byte is as it was."""
        try:
            digest, _, body = path.read_text(encoding="utf-8").partition("\n")
        except (OSError, ValueError):
            return cls()
        if digest != _digest(origin, body):
            return cls()
        return cls(
            {
                key: Solution(np.array(values), np.array(errors))
                for key, (values, errors) in json.loads(body).items()
            }
        )

    def save(self, path: Path, origin: str) -> None:
        """Write what this run asked for; of earlier runs nothing else remains."""
        lists = {key: (s.values.tolist(), s.errors.tolist()) for key, s in self.used.items()}
        body = json.dumps(lists, sort_keys=True)
        save_text(path, f"{_digest(origin, body)}\n{body}")


def _digest(origin: str, body: str) -> str:
    return hashlib.sha256(f"{origin}\n{body}".encode()).hexdigest()


def origin() -> str:
    """One hash over the code of a refinement and the versions of everything installed."""
    code = codehash.code_hash(codehash.PACKAGE / "refinement" / "refinement.py")
    installed = sorted((item.name, item.version) for item in metadata.distributions())
    made = (code, platform.python_version(), platform.machine(), installed)
    return hashlib.sha256(repr(made).encode()).hexdigest()


def asked(observation: Observation, phases: list[Phase], starts: int, *, full: bool) -> str:
    """One hash over all that a refinement follows from."""
    return hashlib.sha256(repr(_plain((observation, phases, starts, full))).encode()).hexdigest()


def _plain(thing: Any) -> Any:
    """A thing's content in Python's own types, whose texts are exact."""
    if isinstance(thing, Structure):
        cell = (thing.lattice.abcABG(), getattr(thing, "orbits", None))
        atoms = [(atom.element, atom.xyz, atom.occupancy, atom.U) for atom in thing]
        return _plain((cell, getattr(thing, "periodic", None), atoms))
    if is_dataclass(thing):
        names = [field.name for field in fields(thing) if not field.name.startswith("_")]
        return [(name, _plain(getattr(thing, name))) for name in names]
    if isinstance(thing, np.ndarray):
        return thing.dtype.str, thing.shape, thing.tobytes()
    if isinstance(thing, dict):
        return [(key, _plain(value)) for key, value in thing.items()]
    if isinstance(thing, (list, tuple)):
        return [_plain(item) for item in thing]
    return thing
