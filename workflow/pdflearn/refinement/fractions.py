"""How much of each phase a mixture holds: shares of the atoms, of the mass and of the volume.

Phases scatter independently of each other, so what they scatter per atom adds up. For c_i the share
of the atoms in phase i, and <b_i> the mean scattering length of its atoms [1]_,

    <b>^2 (S - 1) = sum of c_i <b_i>^2 (S_i - 1),      <b> = sum of c_i <b_i>,

and G is the sine transform of F = Q (S - 1). So the scale of a phase's G is

    s_i = k c_i <b_i>^2 / <b>^2,

with one k for all phases, the scale of the measurement. With X-rays w = <f_i>^2 / <f>^2 depends on
Q, while a phase has one scale s_i, and its U takes up as much of w as falls like exp(-Q^2 dU).
Least squares over r is least squares over Q. Where it ends, the residual is orthogonal to what
scale and U change. With P = F_i(Q)^2 of the fitted curve, that is

    sum P (1 - v) = 0,    sum P Q^2 (1 - v) = 0,    v = (c_i k / s_i) w exp(Q^2 dU),

from which dU and the mean of w exp(Q^2 dU) follow. P is taken from the sine transform of the
phase's own curve.

References
----------
.. [1] T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks, 2nd ed., Pergamon 2012, ch. 2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.elements import atomic_mass, form_factor, neutron_length, xray_length

Q = np.arange(0.5, 30.0, 0.15)  # 1/angstrom; finer than the sine transform of 20 angstrom resolves
MAX_CHANGE = 0.01  # angstrom^2, of U
N_HALVED = 16  # of its range: to 3e-7 angstrom^2
N_ROUNDS = 8  # <f> depends on the shares themselves, but little


@dataclass(frozen=True)
class Fractions:
    """Shares of each phase and their standard errors.

    Parameters
    ----------
    atoms, mass, volume : tuple of float
        They add up to 1 each; not a number for volume where a phase is a cluster, and for all where
        no phase is left.
    atoms_stderr, mass_stderr, volume_stderr : tuple of float
        Standard errors that follow from those of the scales; not a number where these have none.
    """

    atoms: tuple[float, ...]
    mass: tuple[float, ...]
    volume: tuple[float, ...]
    atoms_stderr: tuple[float, ...]
    mass_stderr: tuple[float, ...]
    volume_stderr: tuple[float, ...]

    def without_errors(self, phases: Sequence[int]) -> "Fractions":
        """The same, with no standard errors of the phases whose shares a recipe holds."""
        changes = {}
        for name in ("atoms_stderr", "mass_stderr", "volume_stderr"):
            errors = enumerate(getattr(self, name))
            changes[name] = tuple(np.nan if k in phases else error for k, error in errors)
        return replace(self, **changes)


def phase_fractions(
    structures: Sequence[Structure],
    radiation: str,
    r: np.ndarray,
    partials: np.ndarray,
    scales: np.ndarray,
    errors: np.ndarray,
) -> Fractions:
    """Turn the scales of phases into shares.

    Parameters
    ----------
    structures : sequence of Structure
        The refined ones.
    radiation : {"xray", "neutron"}
    r : array (n_r,)
        Distances in angstrom.
    partials : array (n_phases, n_r)
        The curve of each phase, on any scale.
    scales : array (n_phases,)
        Scale of each phase's G, as the measured curve has it.
    errors : array (n_phases,)
        Their standard errors; how they correlate follows from the overlap of the curves.

    Returns
    -------
    Fractions

    Examples
    --------
    Copper and silicon with equal scales: an atom of silicon scatters neutrons half as strongly, so
    there are more of them, and they take more room but hardly more mass.

    >>> from pdflearn.structures.structure import make_structure
    >>> corners = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    >>> more = [(x + 0.25, y + 0.25, z + 0.25) for x, y, z in corners]
    >>> copper = make_structure((3.61, 3.61, 3.61, 90, 90, 90), ["Cu"] * 4, np.array(corners))
    >>> silicon = make_structure((5.43, 5.43, 5.43, 90, 90, 90), ["Si"] * 8, np.array(corners + more))
    >>> r = np.arange(2.0, 20.0, 0.05)
    >>> curves = np.array([np.sin(3 * r), np.cos(5 * r)])
    >>> scales, errors = np.ones(2), np.full(2, 0.01)
    >>> shares = phase_fractions([copper, silicon], "neutron", r, curves, scales, errors)
    >>> np.round(shares.atoms, 2), np.round(shares.mass, 2), np.round(shares.volume, 2)
    (array([0.22, 0.78]), array([0.4, 0.6]), array([0.15, 0.85]))
    >>> np.round(shares.atoms_stderr, 3)
    array([0.002, 0.002])
    """  # noqa: E501
    per_scale = np.ones(1)  # a phase alone has all, whatever its scale says
    if len(structures) > 1:
        per_scale = 1.0 / relative_squares(structures, radiation, r, partials, scales)
    masses = np.array([_mean(structure, atomic_mass) for structure in structures])
    volumes = np.array([_atomic_volume(structure) for structure in structures])
    covariance = _scale_covariance(partials, errors)
    values = {}
    for name, factor in (("atoms", 1.0), ("mass", masses), ("volume", volumes)):
        share, stderr = _shares(scales, per_scale * factor, covariance)
        values[name] = tuple(share.tolist())
        values[f"{name}_stderr"] = tuple(stderr.tolist())
    return Fractions(**values)


def mean_length(structure: Structure, radiation: str) -> float:
    """The mean scattering length <b> of the atoms of a structure, of X-rays at Q = 0."""
    return float(_mean(structure, neutron_length if radiation == "neutron" else xray_length))


def relative_squares(
    structures: Sequence[Structure],
    radiation: str,
    r: np.ndarray,
    partials: np.ndarray,
    scales: np.ndarray,
) -> np.ndarray:
    """<b_i>^2 / <b>^2 of each phase, as fits see it, up to a factor that all share: (n_phases,).

    The parameters are those of `phase_fractions`.
    """
    at_rest = np.array([mean_length(structure, radiation) for structure in structures])
    if radiation == "neutron":
        return at_rest**2
    means = np.array([_mean(structure, _form_factor_row) for structure in structures])
    power = (partials * np.gradient(r) @ np.sin(np.outer(r, Q))) ** 2
    power[power.sum(axis=1) == 0.0] = 1.0  # a phase that is not there has no curve to weigh by
    squares = at_rest**2
    for _ in range(N_ROUNDS):
        shares = scales / squares
        total = shares.sum()
        mean = shares @ means / total if total > 0 else means.mean(axis=0)
        squares = np.array(
            [_square_seen((row / mean) ** 2, p) for row, p in zip(means, power, strict=True)]
        )
    return squares


def _square_seen(ratio: np.ndarray, power: np.ndarray) -> float:
    """The mean of a ratio that depends on Q, as a fit sees it whose U is free."""
    near, far = power / power.sum(), power * Q**2 / (power @ Q**2)
    change, lowest, highest = 0.0, -MAX_CHANGE, MAX_CHANGE
    for _ in range(N_HALVED):  # the mean over high Q grows faster with dU
        seen = ratio * np.exp(Q**2 * change)
        lowest, highest = (lowest, change) if far @ seen > near @ seen else (change, highest)
        change = (lowest + highest) / 2
    return float(near @ (ratio * np.exp(Q**2 * change)))


def _shares(
    scales: np.ndarray, per_scale: np.ndarray, covariance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Amounts scale x per_scale over their sum, and their standard errors."""
    amounts = scales * per_scale
    total = amounts.sum()
    if not total > 0:
        return np.full(len(scales), np.nan), np.full(len(scales), np.nan)
    share = amounts / total
    slopes = (np.eye(len(scales)) - share[:, None]) * (per_scale / total)[None]
    variance = np.einsum("ij,jk,ik->i", slopes, covariance, slopes)
    return share, np.sqrt(np.maximum(variance, 0.0))


def _scale_covariance(partials: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The covariance of the scales, from their errors and the overlap of the curves."""
    norms = np.linalg.norm(partials, axis=1)
    unit = partials / np.where(norms > 0, norms, 1.0)[:, None]
    inverse = np.linalg.pinv(unit @ unit.T, hermitian=True)
    size = np.sqrt(np.maximum(np.diag(inverse), 1e-300))
    return inverse / np.outer(size, size) * np.outer(errors, errors)


def _mean(
    structure: Structure, of_symbol: Callable[[str], float | np.ndarray]
) -> float | np.ndarray:
    """The mean of a property over the atoms of a structure."""
    occupancy = np.array([atom.occupancy for atom in structure])
    values = np.array([of_symbol(atom.element) for atom in structure])
    return occupancy @ values / occupancy.sum()


@lru_cache(maxsize=512)
def _form_factor_row(symbol: str) -> np.ndarray:
    return form_factor(symbol, Q)


def _atomic_volume(structure: Structure) -> float:
    """The volume of an atom in angstrom^3; not a number for a cluster."""
    if not getattr(structure, "periodic", True):
        return np.nan
    return float(structure.lattice.volume / sum(atom.occupancy for atom in structure))
