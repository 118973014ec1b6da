"""G(r), F(Q) and S(Q) of a structure.

    G(r) = 1 / (N <b>^2) sum_ij b_i b_j / r_ij  P(r - r_ij; s_ij) - 4 pi rho0 r

over ordered pairs i != j of N atoms, P a normal distribution of variance

    s_ij^2 = u_ij (1 - delta1 / r - delta2 / r^2 + q_broad^2 r^2)

(T. Proffen and S. J. L. Billinge, J. Appl. Cryst. 32 (1999) 572; I.-K. Jeong et al., Phys. Rev. B
67 (2003) 104301; C. L. Farrow et al., J. Phys.: Condens. Matter 19 (2007) 335219), seen through a
window in Q and damped by exp(-(q_damp r)^2 / 2). With form factors that depend on Q, each pair of
elements is weighted by f_a(Q) f_b(Q) / <f(Q)>^2 before the window.
"""

import warnings
from typing import Any

import numpy as np
from diffpy.structure import Structure
from numba import njit
from scipy import fft

from pdflearn import elements
from pdflearn.cluster_pairs import cluster_pairs
from pdflearn.crystal_pairs import crystal_pairs, translation_orbits
from pdflearn.pairs import (
    PairHistogram,
    PairPoints,
    pair_points,
)
from pdflearn.sine_transform import fq_from_gr, sine_series, window_weights

# Beyond r_max pairs still ring into the range through the window in Q. They are kept for EXTENSION
# angstrom and faded out over the last FADE of these, which converges faster than a sharp end.
EXTENSION = 14.0
FADE = 7.0
PAD = 20.0
# Peaks narrower than this variance (angstrom^2) are drawn wider and narrowed again in Q.
NARROWEST = 1e-3
# Peaks end where they have fallen to exp(-15).
_REACH = np.sqrt(30.0)
# Relative size of what sampling folds back below q_max: exp(-14).
_FOLDED = np.sqrt(28.0)


class SimulationError(ValueError):
    """A structure or parameter from which no G(r) can be computed; says which and what to do."""


@njit(cache=True)
def _variances(distance, u2, stretch, delta1, delta2, q_broad, out):
    """Variance of each peak, zero where none is left; returns the least one above zero."""
    least = np.inf
    vanished = False
    for n in range(distance.size):
        d = distance[n] * stretch
        factor = 1.0 - delta1 / d - delta2 / (d * d) + q_broad * q_broad * d * d
        if factor > 0.0:
            out[n] = u2[n] * factor
            least = min(least, out[n])
        else:
            out[n] = 0.0
            vanished = True
    return least, vanished


@njit(cache=True, fastmath=True)
def _add_peaks(distance, weight, row, variance, stretch, extra, step, reach, out):
    """Add weight / d times a normal distribution for each point to out[row] on r = k step."""
    top = out.shape[1] - 1
    for n in range(distance.size):
        if variance[n] == 0.0:
            continue
        d = distance[n] * stretch
        v = variance[n] + extra
        half = reach * np.sqrt(v)
        lo = max(1, int(np.ceil((d - half) / step)))
        hi = min(top, int(np.floor((d + half) / step)))
        amplitude = weight[n] / (d * np.sqrt(2 * np.pi * v))
        # exp(-y) = exp(-y / 16)^16 by a short series: no library call, so it vectorises
        scale = 1.0 / (32.0 * v)
        target = out[row[n]]
        for k in range(lo, hi + 1):
            x = k * step - d
            y = x * x * scale
            e = 1.0 - y * (
                1.0 - y * (0.5 - y * (1 / 6 - y * (1 / 24 - y * (1 / 120 - y * (1 / 720)))))
            )
            e *= e
            e *= e
            e *= e
            e *= e
            target[k] += amplitude * e


class PDFSimulator:
    """One structure seen with one radiation; pair histograms are kept and reused by every draw.

    Parameters
    ----------
    structure : diffpy.structure.Structure
        Its conventional cell, or the atoms of a cluster. Two optional attributes are used:
        `periodic` (bool) and `orbits` (one label per atom, equal for symmetry-equivalent atoms).
    radiation : {"xray", "neutron"}
    form_factor : {"q", "constant"}
        X-ray form factors f(Q), or f(0) as in PDFgui and srreal's PDFCalculator.
    r_max : float
        Distances prepared for, in angstrom; a longer range asked for later is added then.
    periodic : bool, optional
        None: as the structure says; without its saying, every lattice but the default one
        (1 x 1 x 1 angstrom) repeats. False: a finite cluster, without a baseline.

    Raises
    ------
    SimulationError
    """

    def __init__(
        self,
        structure: Structure,
        *,
        radiation: str = "xray",
        form_factor: str = "q",
        r_max: float = 30.0,
        periodic: bool | None = None,
    ) -> None:
        _one_of("radiation", radiation, ("xray", "neutron"))
        _one_of("form_factor", form_factor, ("q", "constant"))
        _positive("r_max", r_max, "angstrom")
        self.radiation = radiation
        self.form_factor = form_factor if radiation == "xray" else "constant"
        self._structure = structure
        self._r_max = float(r_max)
        self._histograms: dict[Any, PairHistogram] = {}
        self._points_cache: dict[Any, PairPoints] = {}
        self._weights_cache: dict[Any, np.ndarray] = {}
        self._read_atoms(structure)
        self.periodic = _is_periodic(structure) if periodic is None else bool(periodic)
        if self.periodic and not abs(np.linalg.det(self._basis)) > 1e-3:
            raise SimulationError(
                f"the lattice {structure.lattice!r} has no volume; give cell lengths and angles, "
                "or periodic=False for a cluster"
            )

    def _read_atoms(self, structure: Structure) -> None:
        if len(structure) == 0:
            raise SimulationError("the structure has no atoms; nothing can be simulated from it")
        occupancy = np.array([a.occupancy for a in structure], dtype=float)
        frac = np.array([a.xyz for a in structure], dtype=float)
        basis = np.array(structure.lattice.base, dtype=float)
        for name, values in (("coordinates", frac), ("occupancies", occupancy), ("cell", basis)):
            if not np.isfinite(values).all():
                raise SimulationError(f"the {name} hold NaN or infinity; correct the structure")
        if (occupancy < 0).any() or not (occupancy > 0).any():
            bad = int(np.argmin(occupancy))
            raise SimulationError(
                f"atom {bad + 1} ({structure[bad].element}) has occupancy {occupancy[bad]:g}; "
                "occupancies are between 0 and 1, and at least one is above 0"
            )
        self._present = np.flatnonzero(occupancy > 0)
        self._occupancy = occupancy[self._present]
        self._frac = np.ascontiguousarray(frac[self._present])
        self._basis = basis
        try:
            labels = [_label(a.element, self.radiation) for a in structure]
            self.species = tuple(dict.fromkeys(labels[i] for i in self._present))
            if self.radiation == "xray":
                lengths = [elements.xray_length(s) for s in self.species]
            else:
                lengths = [elements.neutron_length(s) for s in self.species]
        except elements.ElementError as error:
            raise SimulationError(str(error)) from None
        number = {label: k for k, label in enumerate(self.species)}
        self._kind = np.array([number[labels[i]] for i in self._present], dtype=np.int64)
        amount = np.bincount(self._kind, weights=self._occupancy)
        self._n_atoms = float(amount.sum())
        self._fraction = amount / self._n_atoms
        self._lengths = np.array(lengths)
        mean = float(self._fraction @ self._lengths)
        if abs(mean) < 1e-6 * np.abs(self._lengths).max():
            raise SimulationError(
                f"the mean {self.radiation} scattering length of {', '.join(self.species)} is "
                "zero, so G(r) cannot be normalised; use the other radiation"
            )
        self._upper = np.triu_indices(len(self.species))
        a, b = self._upper
        self._coefficients = self._lengths[a] * self._lengths[b] / mean**2
        # share of each class of pairs in the baseline; an unlike class holds both orders
        self._share = self._fraction[a] * self._fraction[b] * np.where(a == b, 1.0, 2.0)

    @property
    def minimum_distance(self) -> float:
        """Shortest distance between two atoms, angstrom; inf where there is no pair."""
        return self._histogram(None, (1.0, 1.0, 1.0), self._r_max).shortest

    # -- pairs -----------------------------------------------------------------------------------

    def _histogram(
        self, own: bool | None, stretch: tuple[float, float, float], r_max: float
    ) -> PairHistogram:
        """Histogram complete to r_max, from the cache or enumerated now."""
        key = (bool(own), stretch)
        found = self._histograms.get(key)
        if found is not None and found.r_max >= r_max:
            return found
        reach = max(r_max, self._r_max + EXTENSION)
        if len(self._histograms) > 8:  # strains along a, b, c each need their own
            self._histograms.clear()
        self._points_cache.clear()
        basis = self._basis * np.array(stretch)[:, None]
        tensors = self._displacements() if own else None
        # a bin of 0.05 angstrom is exact to 1e-4 for all that passes a window of 25 1/angstrom
        if self.periodic:
            orbits = self._orbits(tensors, isotropic=len(set(stretch)) == 1)
            made = crystal_pairs(
                basis, self._frac, self._kind, self._occupancy, orbits, reach, 0.05, tensors
            )
        else:
            xyz = self._frac @ basis
            made = cluster_pairs(xyz, self._kind, self._occupancy, np.inf, 0.05, tensors)
        self._histograms[key] = made
        return made

    def _orbits(self, tensors: np.ndarray | None, isotropic: bool) -> np.ndarray:
        given = getattr(self._structure, "orbits", None)
        if given is not None and isotropic:
            orbits = np.asarray(given)
            if orbits.shape != (len(self._structure),):
                raise SimulationError(
                    f"structure.orbits has shape {orbits.shape}; it needs one label for each of "
                    f"the {len(self._structure)} atoms"
                )
            return np.unique(orbits[self._present], return_inverse=True)[1].astype(np.int64)
        kind = self._kind.astype(float)[:, None]
        columns = [kind, self._occupancy.round(9)[:, None]]
        if tensors is not None:
            columns.append(tensors.reshape(-1, 9).round(7))
        alike = np.unique(np.hstack(columns), axis=0, return_inverse=True)[1].ravel()
        return translation_orbits(self._frac, alike.astype(np.int64), self._basis)

    def _displacements(self) -> np.ndarray:
        """Cartesian U of each atom, checked to be positive definite."""
        tensors = np.empty((len(self._present), 3, 3))
        normbase = self._structure.lattice.normbase
        for k, i in enumerate(self._present):
            atom = self._structure[int(i)]
            tensors[k] = (
                normbase.T @ atom.U @ normbase if atom.anisotropy else atom.Uisoequiv * np.eye(3)
            )
            least = np.linalg.eigvalsh(tensors[k])[0] if np.isfinite(tensors[k]).all() else np.nan
            if not least > 0:
                raise SimulationError(
                    f"atom {int(i) + 1} ({atom.element}) has U = {least:g} angstrom^2 along one "
                    "direction; U must be above 0, so give u_iso instead of None"
                )
        return tensors

    def _points(self, r_max: float, u_iso: Any, stretch: tuple, rows: bool) -> PairPoints:
        own = u_iso is None
        histogram = self._histogram(own, stretch, r_max)
        key = (own, stretch, rows)
        if key not in self._points_cache:
            coefficients = None if rows else self._coefficients
            self._points_cache[key] = pair_points(histogram, coefficients)
        return self._points_cache[key]

    def _squared_displacements(self, u_iso: Any, points: PairPoints) -> np.ndarray:
        if u_iso is None:
            return points.variance
        if not isinstance(u_iso, dict):
            _positive("u_iso", u_iso, "angstrom^2; the usual range is 0.002 to 0.03")
            return np.full(points.distance.size, 2.0 * u_iso)
        values = {}
        for symbol, u in u_iso.items():
            _positive(f"u_iso[{symbol!r}]", u, "angstrom^2")
            try:
                values[_label(symbol, self.radiation)] = float(u)
            except elements.ElementError as error:
                raise SimulationError(f"u_iso: {error}") from None
        missing = [s for s in self.species if s not in values]
        if missing:
            raise SimulationError(
                f"u_iso names no U for {', '.join(missing)}; give one for each of "
                f"{', '.join(self.species)}"
            )
        each = np.array([values[s] for s in self.species])
        return (each[self._upper[0]] + each[self._upper[1]])[points.row]

    # -- from pairs to F(Q) ----------------------------------------------------------------------

    def _spectrum(
        self,
        *,
        q_max: float,
        q_broad: float,
        u_iso: float | dict[str, float] | None,
        delta1: float,
        delta2: float,
        diameter: float | None,
        r_max: float,
        strain: float | tuple[float, float, float],
        partials: bool = False,
        q_damp: float = 0.0,
    ) -> tuple[np.ndarray, float]:
        """F on Q = k dq up to q_max, (n,) or one row for each class of pairs, and dq."""
        stretch, cell = _stretch(strain)
        volume = abs(np.linalg.det(self._basis)) * stretch**3 * float(np.prod(cell))
        if self.periodic:
            end = r_max + EXTENSION
            if diameter is not None:
                end = min(end, max(diameter, 1.0))
            rows = partials or self.form_factor == "q" or isinstance(u_iso, dict)
            points = self._points(end / stretch, u_iso, cell, rows)
        else:
            rows = partials or self.form_factor == "q" or isinstance(u_iso, dict)
            points = self._points(0.0, u_iso, cell, rows)
            longest = points.distance.max() * stretch if points.distance.size else 1.0
            end = max(longest + 1.0, r_max + EXTENSION)
        u2 = self._squared_displacements(u_iso, points)
        variance = np.empty(points.distance.size)
        least, vanished = _variances(
            points.distance, u2, stretch, delta1, delta2, q_broad, variance
        )
        if vanished:
            self._judge_vanished(points, variance == 0, stretch, delta1, delta2)
        least = min(least, 1.0)
        extra = max(0.0, NARROWEST - least)
        step = min(2 * np.pi / (q_max + _FOLDED / np.sqrt(least + extra)), 0.95 * np.pi / q_max)
        period = end + (PAD if self.periodic else 1.0)
        m = fft.next_fast_len(2 * int(np.ceil(period / step)), real=True) // 2
        step = period / m
        n_rows = len(self._share) if rows else 1
        g = np.zeros((n_rows, m + 1))
        row = points.row if rows else np.zeros_like(points.row)
        _add_peaks(points.distance, points.weight, row, variance, stretch, extra, step, _REACH, g)
        g /= self._n_atoms
        r = step * np.arange(m + 1)
        if self.periodic:
            slope = 4 * np.pi * self._n_atoms / volume
            if rows:
                g -= (slope * self._share)[:, None] * r
            else:
                g[0] -= slope * r
            g *= _fade(r, r_max, end)
            if diameter is not None:
                g *= _sphere(r, diameter)
        if q_damp:
            g *= np.exp(-0.5 * (q_damp * r) ** 2)
        f, dq = fq_from_gr(g, step)
        n = min(int(q_max / dq + 1.5), m)
        f = f[:, :n]
        if extra:
            f *= np.exp(0.5 * extra * (dq * np.arange(n)) ** 2)
        if not rows:
            return f[0], dq
        weights = self._pair_weights(n, dq)
        if partials:
            return f * weights, dq
        return np.einsum("ij,ij->j", f, weights), dq

    def _judge_vanished(
        self, points: PairPoints, gone: np.ndarray, stretch: float, delta1: float, delta2: float
    ) -> None:
        """Refuse delta1, delta2 that take a neighbour from every atom; warn of single pairs.

        Models of glasses hold a few pairs that are too close for any real delta2. Their peaks are
        left out, as srreal does.
        """
        shortest = float(points.distance[gone].min()) * stretch
        limit = float(points.distance[gone].max()) * stretch
        histogram = next(iter(self._histograms.values()))
        every = pair_points(histogram)
        near = every.distance * stretch <= limit * (1 + 1e-9)
        pairs = np.bincount(every.row[near], every.weight[near], len(self._share))
        a, b = self._upper
        rarer = self._n_atoms * np.minimum(self._fraction[a], self._fraction[b])
        lost = pairs / np.where(a == b, 1.0, 2.0) / rarer
        worst = int(np.argmax(lost))
        names = f"{self.species[a[worst]]}-{self.species[b[worst]]}"
        told = (
            f"delta1 = {delta1:g} and delta2 = {delta2:g} leave no width to pairs between "
            f"{shortest:.3f} and {limit:.3f} angstrom ({lost[worst]:.2f} neighbours an atom for "
            f"{names})"
        )
        if lost[worst] > 0.9:
            raise SimulationError(
                f"{told}; keep delta1 / r + delta2 / r^2 below 1, for example "
                f"delta2 <= {0.5 * shortest**2:.3f}"
            )
        warnings.warn(f"{told}; their peaks are left out", RuntimeWarning, stacklevel=4)

    def _pair_weights(self, n: int, dq: float) -> np.ndarray:
        """b_a b_b / <b>^2 of each class of pairs: (classes, 1), or (classes, n) for f(Q)."""
        if self.form_factor == "constant":
            return self._coefficients[:, None]
        key = (n, dq)
        if key not in self._weights_cache:
            if len(self._weights_cache) > 8:
                self._weights_cache.clear()
            q = dq * np.arange(n)
            q[-1] = min(q[-1], elements.FORM_FACTOR_Q_MAX)
            try:
                f = np.array([elements.form_factor(s, q) for s in self.species])
            except elements.ElementError as error:
                raise SimulationError(str(error)) from None
            a, b = self._upper
            self._weights_cache[key] = f[a] * f[b] / (self._fraction @ f) ** 2
        return self._weights_cache[key]

    # -- public curves ---------------------------------------------------------------------------

    def pdf(
        self,
        *,
        q_min: float = 0.5,
        q_max: float = 25.0,
        q_damp: float = 0.03,
        q_broad: float = 0.0,
        u_iso: float | dict[str, float] | None = 0.005,
        delta1: float = 0.0,
        delta2: float = 0.0,
        diameter: float | None = None,
        r_min: float = 0.0,
        r_max: float = 30.0,
        r_step: float = 0.01,
        window: str = "exact",
        scale: float = 1.0,
        strain: float | tuple[float, float, float] = 0.0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Compute G(r); the parameters are those of `simulate_pdf`.

        Returns
        -------
        r, g : arrays (points,)
            r in angstrom on r_min, r_min + r_step, ... below r_max; G in angstrom^-2.
        """
        _one_of("window", window, ("exact", "srreal"))
        _check(q_min, q_max, q_damp, q_broad, delta1, delta2, diameter, scale)
        r = _grid(r_min, r_max, r_step)
        f, dq = self._spectrum(
            q_max=q_max, q_broad=q_broad, u_iso=u_iso, delta1=delta1, delta2=delta2,
            diameter=diameter, r_max=r_max, strain=strain,
        )  # fmt: skip
        f = scale * f * window_weights(f.size, dq, q_min, q_max)
        return r, sine_series(f, dq, r, q_damp)


def simulate_pdf(
    structure: Structure,
    radiation: str = "xray",
    q_min: float = 0.5,
    q_max: float = 25.0,
    q_damp: float = 0.03,
    q_broad: float = 0.0,
    u_iso: float | dict[str, float] | None = 0.005,
    delta1: float = 0.0,
    delta2: float = 0.0,
    diameter: float | None = None,
    r_min: float = 0.0,
    r_max: float = 30.0,
    r_step: float = 0.01,
    form_factor: str = "q",
    window: str = "exact",
    periodic: bool | None = None,
    scale: float = 1.0,
    strain: float | tuple[float, float, float] = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate the pair distribution function G(r) of a structure.

    Parameters
    ----------
    structure : diffpy.structure.Structure
    radiation : {"xray", "neutron"}
    q_min, q_max : float
        Window of the measurement, 1/angstrom.
    q_damp : float
        Resolution in Q, 1/angstrom; damps G(r) by exp(-(q_damp r)^2 / 2).
    q_broad : float
        Broadening that grows with r, dimensionless as in PDFfit.
    u_iso : float, dict or None
        Mean squared displacement of every atom (angstrom^2), or one for each element; None takes
        the structure's own, anisotropic ones included.
    delta1, delta2 : float
        Correlated motion of neighbours, angstrom and angstrom^2.
    diameter : float, optional
        Of a spherical particle cut from the crystal, angstrom (shape function of K. Kodama et
        al., Acta Cryst. A62 (2006) 444). None: bulk.
    r_min, r_max, r_step : float
        Grid r_min, r_min + r_step, ... below r_max, angstrom.
    form_factor : {"q", "constant"}
        X-ray form factors f(Q), or f(0) as PDFgui and srreal's PDFCalculator do.
    window : {"exact", "srreal"}
        "srreal" follows the grids in r and Q of diffpy.srreal's PDFCalculator.
    periodic : bool, optional
        None: as the structure says. False: a finite cluster.
    scale : float
    strain : float or three floats
        Relative change of all lengths, or of those along a, b and c.

    Returns
    -------
    r, g : arrays (points,)
        In angstrom and angstrom^-2.

    Raises
    ------
    SimulationError
        Names the value and what to do about it.
    """
    _positive("r_max", r_max, "angstrom")
    simulator = PDFSimulator(
        structure, radiation=radiation, form_factor=form_factor, r_max=r_max, periodic=periodic
    )
    return simulator.pdf(
        q_min=q_min, q_max=q_max, q_damp=q_damp, q_broad=q_broad, u_iso=u_iso, delta1=delta1,
        delta2=delta2, diameter=diameter, r_min=r_min, r_max=r_max, r_step=r_step, window=window,
        scale=scale, strain=strain,
    )  # fmt: skip


def _label(symbol: str, radiation: str) -> str:
    """What scatters alike: isotopes differ for neutrons alone, charges for neither."""
    species = elements.parse_symbol(symbol)
    return species.label if radiation == "neutron" else species.element


def _is_periodic(structure: Structure) -> bool:
    said = getattr(structure, "periodic", None)
    if said is not None:
        return bool(said)
    return not np.allclose(structure.lattice.abcABG(), (1, 1, 1, 90, 90, 90))


def _fade(r: np.ndarray, r_max: float, end: float) -> np.ndarray:
    """One up to where the extension fades, then a cosine down to zero at the end."""
    start = max(end - FADE, 0.5 * (r_max + end)) if end > r_max else end
    width = max(end - start, 1e-9)
    return np.where(r <= start, 1.0, 0.5 + 0.5 * np.cos(np.pi * np.clip((r - start) / width, 0, 1)))


def _sphere(r: np.ndarray, diameter: float) -> np.ndarray:
    """Shape function of a sphere: 1 - 3/2 x + 1/2 x^3, x = r / diameter (Kodama 2006)."""
    x = np.minimum(r / diameter, 1.0)
    return 1.0 - 1.5 * x + 0.5 * x**3


def _stretch(strain: float | tuple[float, float, float]) -> tuple[float, tuple]:
    """Isotropic factor, applied to distances, and factors of a, b, c, which need new pairs."""
    values = np.atleast_1d(np.asarray(strain, dtype=float))
    if values.shape not in ((1,), (3,)) or not np.isfinite(values).all() or (values <= -1).any():
        raise SimulationError(
            f"strain = {strain!r}: give one number above -1, or three along a, b and c"
        )
    if values.size == 1 or np.ptp(values) == 0:
        return 1.0 + float(values[0]), (1.0, 1.0, 1.0)
    return 1.0, tuple(float(1.0 + v) for v in values)


def _grid(r_min: float, r_max: float, r_step: float) -> np.ndarray:
    _positive("r_step", r_step, "angstrom")
    _positive("r_max", r_max, "angstrom")
    if not (np.isfinite(r_min) and 0 <= r_min < r_max):
        raise SimulationError(
            f"r_min = {r_min:g} and r_max = {r_max:g} angstrom: r_min must be 0 or above and "
            "below r_max"
        )
    n = int(np.ceil((r_max - r_min) / r_step - 1e-6))
    if n > 10_000_000:
        raise SimulationError(f"r_step = {r_step:g} asks for {n} points; choose a larger step")
    return r_min + r_step * np.arange(max(n, 1))


def _check(
    q_min: float,
    q_max: float,
    q_damp: float,
    q_broad: float,
    delta1: float,
    delta2: float,
    diameter: float | None,
    scale: float,
) -> None:
    _positive("q_max", q_max, "1/angstrom")
    if not (np.isfinite(q_min) and 0 <= q_min < q_max):
        raise SimulationError(
            f"q_min = {q_min:g} and q_max = {q_max:g} 1/angstrom: q_min must be 0 or above and "
            "below q_max"
        )
    for name, value in (("q_damp", q_damp), ("q_broad", q_broad)):
        if not (np.isfinite(value) and value >= 0):
            raise SimulationError(f"{name} = {value:g} must be 0 or above")
    for name, value in (("delta1", delta1), ("delta2", delta2), ("scale", scale)):
        if not np.isfinite(value):
            raise SimulationError(f"{name} = {value:g} must be a finite number")
    if diameter is not None:
        _positive("diameter", diameter, "angstrom; None means bulk")


def _positive(name: str, value: Any, unit: str) -> None:
    if not (isinstance(value, int | float | np.number) and np.isfinite(value) and value > 0):
        raise SimulationError(f"{name} = {value!r} must be a number above 0 ({unit})")


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SimulationError(f"{name} = {value!r}; choose one of {', '.join(map(repr, allowed))}")
