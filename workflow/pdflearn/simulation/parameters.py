"""Parameters of the sample and of the instrument, and checks of what a simulation is asked for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from pdflearn.core.errors import PdflearnError
from pdflearn.core.grid import Grid

# More points than any use of G(r) has: guards against a mistyped step.
_MAX_POINTS = 10_000_000
_NUMBERS = (float, int, np.floating, np.integer)
_USUAL_U = "angstrom^2; usual are 0.002 to 0.03"


class SimulationError(PdflearnError):
    """A structure or parameter from which no G(r) can be computed; says which and what to do."""


@dataclass(frozen=True)
class SampleParameters:
    """Displacements of a sample's atoms, its size and its strain.

    Parameters
    ----------
    u_iso : float, dict or None
        Mean squared displacement of every atom, angstrom^2 (default 0.005), or one for each
        element by its symbol. None takes the structure's own, anisotropic ones included.
    delta1, delta2 : float
        Correlated motion of neighbours, angstrom and angstrom^2 (default 0): the variance of a
        peak at r is multiplied by 1 - delta1 / r - delta2 / r^2.
    diameter : float, optional
        Of a spherical particle, angstrom. None (default): bulk.
    strain : float or three floats
        Relative change of all lengths, or of those along a, b and c (default 0).

    Raises
    ------
    SimulationError
        Names the value, what was expected and what to do.

    Examples
    --------
    >>> SampleParameters(u_iso=0.008, diameter=40.0)
    SampleParameters(u_iso=0.008, delta1=0.0, delta2=0.0, diameter=40.0, strain=0.0)
    """

    u_iso: float | dict[str, float] | None = 0.005
    delta1: float = 0.0
    delta2: float = 0.0
    diameter: float | None = None
    strain: float | tuple[float, float, float] = 0.0

    def __post_init__(self) -> None:
        require_number("delta1", self.delta1, "0 is usual (angstrom)")
        require_number("delta2", self.delta2, "0 to 3 are usual (angstrom^2)")
        if self.diameter is not None:
            require_positive("diameter", self.diameter, "angstrom; None means bulk")
        if isinstance(self.u_iso, dict):
            for symbol, u in self.u_iso.items():
                require_positive(f"u_iso[{symbol!r}]", u, _USUAL_U)
        elif self.u_iso is not None:
            require_positive("u_iso", self.u_iso, _USUAL_U)

    def length_factors(self) -> tuple[float, tuple[float, float, float]]:
        """Factors of lengths that the strain makes.

        Returns
        -------
        float, three floats
            An isotropic factor, which only scales distances, and factors of a, b and c, which
            need new pairs; one of the two is always one.
        """
        strain = self.strain
        if isinstance(strain, _NUMBERS) and math.isfinite(strain) and strain > -1:
            return 1.0 + float(strain), (1.0, 1.0, 1.0)
        values = np.atleast_1d(np.asarray(strain, dtype=float))
        if (
            values.shape not in ((1,), (3,))
            or not np.isfinite(values).all()
            or (values <= -1).any()
        ):
            raise SimulationError(
                f"strain = {strain!r}: give one number above -1 (0.01 stretches by 1 %), or three, "
                "along a, b and c"
            )
        if values.size == 1 or np.ptp(values) == 0:
            return 1.0 + float(values[0]), (1.0, 1.0, 1.0)
        a, b, c = (1.0 + values).tolist()
        return 1.0, (a, b, c)


@dataclass(frozen=True)
class InstrumentParameters:
    """The window in Q and the resolution of a measurement.

    Parameters
    ----------
    q_min, q_max : float
        Ends of the measured range, 1/angstrom (default 0.5 and 25).
    q_damp : float
        Resolution in Q, 1/angstrom (default 0.03): multiplies G(r) by exp(-(q_damp r)^2 / 2).
    q_broad : float
        Broadening of peaks with r, 1/angstrom (default 0): adds q_broad^2 r^2 to the factor of a
        peak's variance.

    Raises
    ------
    SimulationError
        Names the value, what was expected and what to do.

    Examples
    --------
    >>> InstrumentParameters(q_max=22.0)
    InstrumentParameters(q_min=0.5, q_max=22.0, q_damp=0.03, q_broad=0.0)
    """

    q_min: float = 0.5
    q_max: float = 25.0
    q_damp: float = 0.03
    q_broad: float = 0.0

    def __post_init__(self) -> None:
        require_number("q_min", self.q_min, "0.5 is usual (1/angstrom)", 0)
        require_positive("q_max", self.q_max, "1/angstrom; usual are 15 to 30")
        if self.q_min >= self.q_max:
            raise SimulationError(
                f"q_min = {self.q_min:g} is not below q_max = {self.q_max:g} 1/angstrom; choose a "
                "smaller q_min"
            )
        require_number("q_damp", self.q_damp, "0.01 to 0.06 are usual (1/angstrom)", 0)
        require_number("q_broad", self.q_broad, "0 to 0.03 are usual (1/angstrom)", 0)


def require_positive(name: str, value: Any, advice: str) -> None:
    """Raise unless value is a finite number above zero; advice says its unit and usual values."""
    if not (isinstance(value, _NUMBERS) and math.isfinite(value) and value > 0):
        raise SimulationError(f"{name} = {value!r} must be a number above 0 ({advice})")


def require_number(name: str, value: Any, advice: str, lowest: float = -np.inf) -> None:
    """Raise unless value is a finite number, not below the lowest allowed."""
    if not (isinstance(value, _NUMBERS) and math.isfinite(value) and value >= lowest):
        bound = "a finite number" if lowest == -np.inf else f"a number, {lowest:g} or above"
        raise SimulationError(f"{name} = {value!r} must be {bound}; {advice}")


def require_one_of(name: str, value: Any, allowed: Sequence[str]) -> None:
    """Raise unless value is among the allowed words."""
    if value not in allowed:
        raise SimulationError(f"{name} = {value!r}; choose one of {', '.join(map(repr, allowed))}")


def points_below_r_max(grid: Grid) -> np.ndarray:
    """The points r_min, r_min + r_step, ... below r_max, angstrom.

    Unlike `Grid.r`, r_max itself is never among them, as in diffpy.srreal.

    Raises
    ------
    SimulationError
        Names the value, what was expected and what to do.

    Examples
    --------
    >>> points_below_r_max(Grid(r_min=0.0, r_max=1.0, r_step=0.25))
    array([0.  , 0.25, 0.5 , 0.75])
    """
    r_min, r_max, r_step = grid.r_min, grid.r_max, grid.r_step
    require_positive("r_step", r_step, "angstrom; usual are 0.01 to 0.1")
    require_positive("r_max", r_max, "angstrom; usual are 20 to 60")
    require_number("r_min", r_min, "0 or 1 are usual (angstrom)", 0)
    if r_min >= r_max:
        raise SimulationError(
            f"r_min = {r_min:g} is not below r_max = {r_max:g} angstrom; choose a larger r_max"
        )
    n = (r_max - r_min) / r_step
    if n > _MAX_POINTS:
        raise SimulationError(
            f"r_step = {r_step:g} angstrom asks for {n:.3g} points, more than {_MAX_POINTS:g}; "
            "choose a larger step"
        )
    return r_min + _multiples(float(r_step), max(math.ceil(n - 1e-6), 1))


@lru_cache(maxsize=16)
def _multiples(r_step: float, n: int) -> np.ndarray:
    """0, r_step, 2 r_step, ...: kept for the next curve."""
    return r_step * np.arange(n)
