"""Remembered fits: where refinements ended, kept from one run to the next.

A fit follows from the curve, the structures and the code alone. Which fits a sample needs follows
from the model's answer, and most of them are the same when the model has changed a little. So the
solutions of least squares are kept in a file. A fit that is made from a kept solution is the same
to the last bit as one that is solved anew.
"""

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
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
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe


@dataclass(frozen=True)
class Solution:
    """What least squares found, in the units of the refinement's vector.

    Parameters
    ----------
    values : array (n_entries,)
    errors : array (n_entries + n_phases,)
        Standard errors of the values and of each phase's scale; NaN where there is none.
    """

    values: np.ndarray
    errors: np.ndarray


class Solutions:
    """Solutions by the key of their fit: those of an earlier run, and those that this run adds.

    Parameters
    ----------
    known : dict, optional
        Solutions of an earlier run by their keys.

    Attributes
    ----------
    used : dict
        The solutions that this run asked for, by their keys.
    new : int
        How many of these were not known.

    Examples
    --------
    >>> solutions = Solutions()
    >>> solution = solutions.get("key", lambda: Solution(np.zeros(2), np.zeros(3)))
    >>> solutions.new
    1
    """

    def __init__(self, known: dict[str, Solution] | None = None) -> None:
        self._known = known or {}
        self.used: dict[str, Solution] = {}
        self.new = 0

    def get(self, key: str, solve: Callable[[], Solution]) -> Solution:
        """Return the solution with a key of `fit_key`; it is solved for where there is none yet."""
        if key not in self.used:
            solution = self._known.get(key)
            if solution is None:
                solution = solve()
                self.new += 1
            self.used[key] = solution
        return self.used[key]

    @classmethod
    def load(cls, path: str | Path, origin: str) -> "Solutions":
        """Read the solutions of an earlier run.

        Parameters
        ----------
        path : path
            A file that `save` wrote.
        origin : str
            What `origin` returns now.

        Returns
        -------
        Solutions
            Empty where there is no such file, it is damaged, or it was written with another origin.
        """
        try:
            digest, _, body = Path(path).read_text(encoding="utf-8").partition("\n")
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

    def save(self, path: str | Path, origin: str) -> None:
        """Write the solutions that this run asked for; others of an earlier run are dropped."""
        lists = {key: (s.values.tolist(), s.errors.tolist()) for key, s in self.used.items()}
        body = json.dumps(lists, sort_keys=True)
        save_text(path, f"{_digest(origin, body)}\n{body}")


def _digest(origin: str, body: str) -> str:
    return hashlib.sha256(f"{origin}\n{body}".encode()).hexdigest()


def origin() -> str:
    """Return one hash over what else a solution depends on.

    That is the code of a refinement, the version of Python, the machine's architecture and the
    versions of all installed packages. A solution with another origin is never used.
    """
    code = codehash.code_hash(codehash.PACKAGE / "refinement" / "refinement.py")
    installed = sorted((item.name, item.version) for item in metadata.distributions())
    environment = (code, platform.python_version(), platform.machine(), installed)
    return hashlib.sha256(repr(environment).encode()).hexdigest()


def fit_key(
    observation: Observation,
    phases: list[Phase],
    n_starts: int,
    useful_rw: float,
    *,
    full: bool,
    recipe: Recipe = USUAL_RECIPE,
    start: Mapping[str, float] | None = None,
) -> str:
    """Return one hash over the curve, the structures and the settings of a fit."""
    content = _plain((observation, phases, n_starts, useful_rw, full, recipe, start))
    return hashlib.sha256(repr(content).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """An object's content in Python's own types, whose texts are exact."""
    if isinstance(value, Structure):
        cell = (value.lattice.abcABG(), getattr(value, "orbits", None))
        atoms = [(atom.element, atom.xyz, atom.occupancy, atom.U) for atom in value]
        return _plain((cell, getattr(value, "periodic", None), atoms))
    if is_dataclass(value):
        names = [field.name for field in fields(value) if not field.name.startswith("_")]
        return [(name, _plain(getattr(value, name))) for name in names]
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, Mapping):
        return [(key, _plain(item)) for key, item in sorted(value.items())]
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
