"""Peaks of a structure's pairs with the parameters of one sample (formulae: `simulator`)."""

import warnings
from typing import Any, NamedTuple

import numpy as np

from pdflearn.simulation.cluster_pairs import cluster_pairs
from pdflearn.simulation.crystal_pairs import crystal_pairs
from pdflearn.simulation.pairs import PairHistogram, PairPoints, pair_points
from pdflearn.simulation.parameters import SampleParameters, SimulationError
from pdflearn.simulation.peaks import peak_variances, sum_peaks
from pdflearn.simulation.scatterers import Scatterers, scatterer_label
from pdflearn.structures import elements

# Through the window in Q, pairs beyond r_max still ripple into the range below it. They are faded
# out over so many angstrom, which converges faster than a sharp end.
EXTENSION = 24.0
# Of a cluster every pair counts; in the largest ones those farther than this beyond r_max
# (angstrom) by a sample.
CLUSTER_EXTENSION = 4.0
# Peaks that keep less than this share of their variance fade out with it, so that G(r) does not
# jump where delta2 passes r^2.
FAINT = 0.005
HYDROGEN = "H"
_UNSTRAINED = (1.0, 1.0, 1.0)


class Peaks(NamedTuple):
    """The peaks of a structure with the parameters of one sample.

    Attributes
    ----------
    points : PairPoints
        Distances before the stretch, and weights.
    variance : array (n,)
        Of each peak, angstrom^2; 0 where it is left out.
    least : float
        Least variance of a peak, angstrom^2; 1 at most.
    stretch : float
        Factor of all distances.
    density : float
        Atoms per cubic angstrom; 0 for a cluster.
    diameter : float
        Of a spherical particle, angstrom; 0 for bulk.
    n_partials : int
        Number of partials kept apart; 1 where all are added up.
    """

    points: PairPoints
    variance: np.ndarray
    least: float
    stretch: float
    density: float
    diameter: float
    n_partials: int

    def sums(
        self, extra: float, step: float, cutoffs: tuple[float, float], n_points: int
    ) -> np.ndarray:
        """Sums of the peaks on r = k step, see `peaks.sum_peaks`: (partials, points)."""
        points = self.points
        arrays = (points.distance, points.weight, points.partial, self.variance)
        return sum_peaks(arrays, self.stretch, extra, step, cutoffs, (self.n_partials, n_points))


class PairPeaks:
    """Pairs of one structure, kept for all samples, and the peaks of each sample.

    Parameters
    ----------
    atoms : Scatterers
    r_max : float
        Distances prepared for, angstrom; a longer range asked for later is added then.
    split : bool
        Keep partials apart in any case, for form factors that depend on Q.
    counted : PairPeaks, optional
        Of the same atoms with another radiation: pairs that one of both counts the other need not.
    """

    def __init__(
        self, atoms: Scatterers, r_max: float, split: bool, counted: "PairPeaks | None" = None
    ) -> None:
        self.atoms = atoms
        self._r_max = r_max
        self._split = split
        self._histograms: dict[Any, PairHistogram] = {}
        self._points: dict[Any, tuple[PairHistogram, PairPoints]] = {}
        self._orbits: dict[tuple[bool, tuple[int, int, int]], np.ndarray] = {}
        if counted is not None and atoms.divided_as(counted.atoms):
            self._histograms, self._points = counted._histograms, counted._points
            self._orbits = counted._orbits
        self._extension = EXTENSION if atoms.periodic else CLUSTER_EXTENSION

    def fresh(self) -> "PairPeaks":
        """Return the same as if no sample had been asked for; the first pairs are shared."""
        other = PairPeaks(self.atoms, self._r_max, self._split)
        other._orbits = self._orbits  # they follow from the atoms
        key = (False, _UNSTRAINED)
        histogram = self._histograms.get(key)
        # a longer range that was asked for later would add pairs beyond
        if histogram is not None and histogram.r_max in (self._r_max + self._extension, np.inf):
            other._histograms[key] = histogram
            other._points = {
                name: pair for name, pair in self._points.items() if pair[0] is histogram
            }
        return other

    @property
    def shortest(self) -> float:
        """Shortest distance between two atoms, angstrom."""
        return self._histogram(False, _UNSTRAINED, self._r_max).shortest

    def histogram(self, r_max: float) -> PairHistogram:
        """Pairs of the unstrained structure, complete to r_max (angstrom)."""
        return self._histogram(False, _UNSTRAINED, r_max)

    def shortest_under(self, axial: tuple[float, float, float]) -> float:
        """Shortest distance where a, b and c are multiplied by these factors, angstrom."""
        if axial == _UNSTRAINED:
            return self.shortest
        return self._histogram(False, axial, self.shortest * max(axial) * 1.001).shortest

    def _histogram(
        self, own_u: bool, axial: tuple[float, float, float], r_max: float
    ) -> PairHistogram:
        """Histogram complete to r_max, kept from before or enumerated now.

        With `own_u`, pairs are divided by the displacements that the structure itself holds.
        `axial` are the factors of a, b and c.
        """
        key = (own_u, axial)
        histogram = self._histograms.get(key)
        if histogram is not None and histogram.r_max >= r_max:
            return histogram
        # of cells strained along their axes only the last is kept, as far as it is needed: each
        # sample brings another one
        for old in [k for k in self._histograms if k[1] not in (_UNSTRAINED, axial)]:
            del self._histograms[old]
        reach = max(r_max, self._r_max + self._extension) if axial == _UNSTRAINED else r_max
        atoms = self.atoms
        basis = atoms.basis * np.array(axial)[:, None]
        tensors = atoms.displacements() if own_u else None
        species, occupancy = atoms.species_index, atoms.occupancy
        if atoms.periodic:
            a, b, c = axial
            alike = (0, 0 if b == a else 1, 0 if c == a else 1 if c == b else 2)
            orbits = self.orbits_under(alike, tensors)
            histogram = crystal_pairs(basis, atoms.frac, species, occupancy, orbits, reach, tensors)
        else:
            histogram = cluster_pairs(atoms.frac @ basis, species, occupancy, reach, tensors)
        self._histograms[key] = histogram
        return histogram

    def orbits_under(
        self, alike: tuple[int, int, int], tensors: np.ndarray | None = None
    ) -> np.ndarray:
        """Labels of equivalent atoms, see `Scatterers.orbits`; they are kept."""
        key = (tensors is not None, alike)
        if key not in self._orbits:
            self._orbits[key] = self.atoms.orbits(tensors, alike)
        return self._orbits[key]

    def of_sample(
        self,
        sample: SampleParameters,
        q_broad: float,
        r_max: float,
        split: bool = False,
        fade: bool = True,
    ) -> Peaks:
        """Position, width and weight of every peak.

        Parameters
        ----------
        sample : SampleParameters
        q_broad : float
            Broadening of peaks with r, 1/angstrom.
        r_max : float
            Up to which G(r) is wanted, angstrom.
        split : bool
            Keep partials apart, even where they could be added up.
        fade : bool
            Fade peaks out that keep less than `FAINT` of their variance; otherwise they keep
            their weight until no width is left.

        Raises
        ------
        SimulationError
            Where u_iso lacks an element, or delta1 and delta2 take a neighbour from every atom.
        """
        stretch, axial = sample.length_factors()
        atoms, u_iso = self.atoms, sample.u_iso
        reach = r_max + self._extension
        if sample.diameter is not None:
            reach = min(reach, sample.diameter)
        own_u = u_iso is None
        asked = split
        split = split or self._split or isinstance(u_iso, dict)
        histogram = self._histogram(own_u, axial, reach / stretch)
        key = (own_u, axial == _UNSTRAINED, None if split else atoms.radiation)
        counted, points = self._points.get(key, (None, None))
        if counted is not histogram:
            points = pair_points(histogram, None if split else atoms.coefficients)
            self._points[key] = histogram, points
        u2 = self._relative_displacements(u_iso, points)
        variance, least, least_share = peak_variances(
            points.distance, u2, stretch, sample.delta1, sample.delta2, q_broad
        )
        if least_share < FAINT:
            shares = variance / u2
            faint = points.distance[shares < FAINT]
            self._check_faint_peaks(histogram, faint, stretch, sample)
            if fade:
                points = points._replace(weight=points.weight * np.minimum(shares / FAINT, 1.0))
        density = 0.0
        if atoms.periodic:
            density = atoms.n_atoms / (atoms.volume * stretch**3 * axial[0] * axial[1] * axial[2])
        if split and not (asked or self._split):
            # the lengths do not depend on Q: only the widths needed partials apart
            weight = points.weight * atoms.coefficients[points.partial]
            points = points._replace(weight=weight, partial=np.zeros_like(points.partial))
            split = False
        n_partials = len(atoms.share) if split else 1
        return Peaks(
            points, variance, min(least, 1.0), stretch, density, sample.diameter or 0.0, n_partials
        )

    def _relative_displacements(self, u_iso: Any, points: PairPoints) -> np.ndarray:
        """Mean squared displacement along each pair before correlations, angstrom^2."""
        if u_iso is None:
            return points.variance
        if not isinstance(u_iso, dict):
            u2 = np.empty(points.distance.size)
            u2.fill(2.0 * u_iso)  # a third of the time that np.full takes
            return u2
        u = self.u_of_species(u_iso)
        a, b = self.atoms.pairs
        return (u[a] + u[b])[points.partial]

    def u_of_species(self, u_iso: dict[str, float]) -> np.ndarray:
        """U of each species (species,), angstrom^2, from those by symbols.

        Raises
        ------
        SimulationError
            Where a species has none.
        """
        values = {}
        for symbol, u in u_iso.items():
            if symbol in self.atoms.species:
                values[symbol] = float(u)
                continue
            try:
                values[scatterer_label(symbol, self.atoms.radiation)] = float(u)
            except elements.ElementError as error:
                raise SimulationError(f"u_iso: {error}") from None
        missing = [s for s in self.atoms.species if s not in values]
        if missing:
            raise SimulationError(
                f"u_iso has no value for {', '.join(missing)}; give one for each of "
                f"{', '.join(self.atoms.species)}"
            )
        return np.array([values[s] for s in self.atoms.species])

    def _check_faint_peaks(
        self, histogram: PairHistogram, faint: np.ndarray, stretch: float, sample: SampleParameters
    ) -> None:
        """Raise where delta1 and delta2 take a neighbour from every atom; warn of single pairs.

        Models of glasses hold a few pairs that are too close for any usual delta2. Their peaks
        are left out, as in diffpy.srreal, or fade; so are those of hydrogen with X-rays, which see
        next to nothing of it and whose delta2 is that of heavier neighbours. `faint` are the
        distances (angstrom) of peaks that keep next to no width.
        """
        shortest, limit = float(faint.min()), float(faint.max())
        points = pair_points(histogram)
        near = points.distance <= limit * (1 + 1e-9)
        atoms = self.atoms
        a, b = atoms.pairs
        pairs = np.bincount(points.partial[near], points.weight[near], len(a))
        rarer = atoms.n_atoms * np.minimum(atoms.fraction[a], atoms.fraction[b])
        lost = pairs / np.where(a == b, 1.0, 2.0) / rarer
        if atoms.radiation == "xray":
            hydrogen = np.array([species == HYDROGEN for species in atoms.species])
            lost = np.where(hydrogen[a] | hydrogen[b], 0.0, lost)
            if not lost.any():
                return
        worst = int(np.argmax(lost))
        names = f"{atoms.species[a[worst]]}-{atoms.species[b[worst]]}"
        message = (
            f"delta1 = {sample.delta1:g} and delta2 = {sample.delta2:g} leave no width, or nearly "
            f"none, to peaks from {shortest * stretch:.3f} to {limit * stretch:.3f} angstrom "
            f"({lost[worst]:.2f} {names} neighbours an atom)"
        )
        if lost[worst] > 0.9:
            raise SimulationError(
                f"{message}; keep delta1 / r + delta2 / r^2 below 0.995 at the shortest distance, "
                f"for example delta2 <= {0.5 * (shortest * stretch) ** 2:.3f}"
            )
        warnings.warn(f"{message}; these are left out or fade", RuntimeWarning, stacklevel=6)
