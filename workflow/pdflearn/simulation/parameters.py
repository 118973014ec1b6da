"""Checks of what a simulation is asked for; every error names the value and the remedy."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from pdflearn.core.errors import PdflearnError

# More points than any use of G(r) has; guards against a mistyped step.
_MOST_POINTS = 10_000_000
_NUMBERS = (int, float, np.integer, np.floating)


class SimulationError(PdflearnError):
    """A structure or parameter from which no G(r) can be computed; says which and what to do."""


def require_positive(name: str, value: Any, unit: str) -> None:
    """Raise unless value is a finite number above zero."""
    if not (isinstance(value, _NUMBERS) and math.isfinite(value) and value > 0):
        raise SimulationError(f"{name} = {value!r} must be a number above 0 ({unit})")


def require_number(name: str, value: Any, least: float = -np.inf) -> None:
    """Raise unless value is a finite number, not below `least`."""
    if not (isinstance(value, _NUMBERS) and math.isfinite(value) and value >= least):
        bound = "a finite number" if least == -np.inf else f"a number, {least:g} or above"
        raise SimulationError(f"{name} = {value!r} must be {bound}")


def require_one_of(name: str, value: Any, allowed: Sequence[str]) -> None:
    """Raise unless value is among the allowed words."""
    if value not in allowed:
        raise SimulationError(f"{name} = {value!r}; choose one of {', '.join(map(repr, allowed))}")


def require_window(q_min: float, q_max: float) -> None:
    """Raise unless 0 <= q_min < q_max (1/angstrom)."""
    require_number("q_min", q_min, 0)
    require_positive("q_max", q_max, "1/angstrom")
    if q_min >= q_max:
        raise SimulationError(
            f"q_min = {q_min:g} is not below q_max = {q_max:g} 1/angstrom; choose a smaller q_min"
        )


def require_peaks(q_broad: float, delta1: float, delta2: float, diameter: float | None) -> None:
    """Raise unless the parameters of the peaks are numbers in their ranges."""
    require_number("q_broad", q_broad, 0)
    require_number("delta1", delta1)
    require_number("delta2", delta2)
    if diameter is not None:
        require_positive("diameter", diameter, "angstrom; None means bulk")


def r_grid(r_min: float, r_max: float, r_step: float) -> np.ndarray:
    """The grid r_min, r_min + r_step, ... below r_max, angstrom."""
    require_positive("r_step", r_step, "angstrom")
    require_positive("r_max", r_max, "angstrom")
    require_number("r_min", r_min, 0)
    if r_min >= r_max:
        raise SimulationError(
            f"r_min = {r_min:g} is not below r_max = {r_max:g} angstrom; choose a larger r_max"
        )
    n = (r_max - r_min) / r_step
    if n > _MOST_POINTS:
        raise SimulationError(
            f"r_step = {r_step:g} angstrom asks for {n:.3g} points; choose a larger step"
        )
    return _even_grid(float(r_min), float(r_step), max(math.ceil(n - 1e-6), 1)).copy()


@lru_cache(maxsize=16)
def _even_grid(r_min: float, r_step: float, n: int) -> np.ndarray:
    return r_min + r_step * np.arange(n)


def split_strain(strain: float | Sequence[float]) -> tuple[float, tuple[float, float, float]]:
    """Factors of a relative change of lengths.

    Returns
    -------
    float, tuple
        An isotropic factor, which only scales distances, and factors of a, b and c, which need
        new pairs; one of the two is always one.
    """
    if isinstance(strain, _NUMBERS) and math.isfinite(strain) and strain > -1:
        return 1.0 + float(strain), (1.0, 1.0, 1.0)
    values = np.atleast_1d(np.asarray(strain, dtype=float))
    if values.shape not in ((1,), (3,)) or not np.isfinite(values).all() or (values <= -1).any():
        raise SimulationError(
            f"strain = {strain!r}: give one number above -1 (0.01 stretches by 1 %), or three, "
            "along a, b and c"
        )
    if values.size == 1 or np.ptp(values) == 0:
        return 1.0 + float(values[0]), (1.0, 1.0, 1.0)
    a, b, c = (1.0 + values).tolist()
    return 1.0, (a, b, c)
