"""Remembered fits: where refinements ended, kept from one run to the next.

A fit follows from the curve, the structures and the code alone. Which fits a sample needs follows
from the model's answer, and most of them are the same when the model has changed a little. So the
solutions of least squares are kept in a file. A fit that is made from a kept solution is the same
to the last bit as one that is solved anew.
"""

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    varied : tuple of n_varied int, default ()
        Which of the values and scales (numbered after the values) the covariance is of.
    covariance : array (n_varied, n_varied), optional
    least_diameters : tuple of (int, float), default ()
        Phases whose size the curve does not tell, and how large they are at least, angstrom.
    """

    values: np.ndarray
    errors: np.ndarray
    varied: tuple[int, ...] = ()
    covariance: np.ndarray | None = None
    least_diameters: tuple[tuple[int, float], ...] = ()

    def covariance_of(self, indices: Iterable[int]) -> np.ndarray:
        """The covariance of some of the values and scales; zero for what did not vary."""
        indices = list(indices)
        result = np.zeros((len(indices), len(indices)))
        if self.covariance is not None:
            place = {k: n for n, k in enumerate(self.varied)}
            there = [n for n, k in enumerate(indices) if k in place]
            rows = [place[indices[n]] for n in there]
            result[np.ix_(there, there)] = self.covariance[np.ix_(rows, rows)]
        return result

    def to_lists(self) -> list[Any]:
        """What `of_lists` makes the same solution of; the text of JSON is exact."""
        covariance = None if self.covariance is None else self.covariance.tolist()
        least = [list(item) for item in self.least_diameters]
        return [self.values.tolist(), self.errors.tolist(), list(self.varied), covariance, least]

    @classmethod
    def of_lists(cls, lists: Sequence[Any]) -> "Solution":
        """The solution of `to_lists`."""
        values, errors, varied, covariance, least = lists
        return cls(
            np.array(values),
            np.array(errors),
            tuple(varied),
            None if covariance is None else np.array(covariance),
            tuple((int(k), float(limit)) for k, limit in least),
        )


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
        self._inner: dict[str, Solution] = {}  # that other fits alone asked for
        self._depth = 0  # of fits that ask for others
        self.used: dict[str, Solution] = {}
        self.new = 0

    def get(self, key: str, solve: Callable[[], Solution]) -> Solution:
        """Return the solution with a key of `fit_key`; it is solved for where there is none yet.

        What `solve` itself asks for is not among those that this run asked for: a later run, which
        knows the outer solution, would not ask for it.
        """
        solution = self.used.get(key) or self._inner.get(key) or self._known.get(key)
        if solution is None:
            self._depth += 1
            try:
                solution = solve()
            finally:
                self._depth -= 1
        if self._depth:
            self._inner[key] = solution
        elif key not in self.used:
            self.used[key] = solution
            self.new += key not in self._known
        return solution

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
        return cls({key: Solution.of_lists(lists) for key, lists in json.loads(body).items()})

    def save(self, path: str | Path, origin: str) -> None:
        """Write the solutions that this run asked for; others of an earlier run are dropped."""
        lists = {key: solution.to_lists() for key, solution in self.used.items()}
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
    useful_rw: float,
    *,
    full: bool,
    recipe: Recipe = USUAL_RECIPE,
    start: Mapping[str, float] | None = None,
    test_size: bool = True,
) -> str:
    """Return one hash over the curve, the structures and the settings of a fit."""
    content = _plain((observation, phases, useful_rw, full, recipe, start, test_size))
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
