"""Scattering contrast: how much of a pattern tells a structure from one of a simpler type.

An ordered alloy such as L1_2 differs from fcc only in which element is on which site; the cations
of fluorite alone are fcc; a perovskite may be distorted by a hundredth of an angstrom. Where the
elements scatter alike, where some of them hardly scatter or where atoms hardly move, no PDF can
tell the type from the simpler one, and a model that is asked to can only guess. The contrast says
how much of the pattern makes the difference.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import gemmi
import numpy as np

from pdflearn.core.grid import Grid
from pdflearn.simulation.crystal_pairs import count_translations, crystal_pairs
from pdflearn.simulation.pairs import PairHistogram
from pdflearn.simulation.reference import ReferenceCurves
from pdflearn.simulation.scatterers import Scatterers, scatterer_label
from pdflearn.simulation.simulators import Simulators
from pdflearn.structures import elements
from pdflearn.structures.atoms import Atoms
from pdflearn.structures.relations import SimplerType
from pdflearn.structures.structure import symmetry_dataset

# How far (angstrom) atoms may be from their positions in the simpler type; whether the difference
# can be seen is for the contrast to say. The first tolerance that finds the type is taken, since a
# wide one may find too high a symmetry.
TOLERANCES = (0.25, 0.5, 0.1, 0.02)
# Translations that leave atoms where they are to so much (angstrom) are the structure's own.
EXACT = 1e-3
# Contrasts are those of the patterns from here on (angstrom), where there are peaks.
R_MIN = 1.5
CONTRAST_COLUMNS = ["id", "radiation", "position", "simpler_type", "contrast"]


class Sites(NamedTuple):
    """The sites of a crystal, by kinds, and what is on each kind.

    Attributes
    ----------
    lattice : array (3, 3)
        Vectors as rows, angstrom.
    positions : array (n, 3)
        Fractions of the cell.
    kinds : array of int (n,)
        From 0; sites of one kind hold the same.
    orbits : array of int (n,)
        The same for sites that are equivalent by symmetry.
    contents : list of dict
        For each kind, element -> its share of a site; empty for a kind that is left out.
    """

    lattice: np.ndarray
    positions: np.ndarray
    kinds: np.ndarray
    orbits: np.ndarray
    contents: list[dict[str, float]]

    @property
    def volume(self) -> float:
        """Of the cell, angstrom^3."""
        (a, b, c), (d, e, f), (g, h, i) = self.lattice.tolist()
        return abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))

    @property
    def amounts(self) -> np.ndarray:
        """Number of sites of each kind."""
        return np.bincount(self.kinds, minlength=len(self.contents)).astype(float)


def sites_of(atoms: Atoms) -> Sites:
    """The sites of a structure, those of the library's table as kinds.

    Parameters
    ----------
    atoms : Atoms
        Of a structure built from the library's table: `orbits` are the indices of its sites.
    """
    orbits, occupancy = atoms.orbits.tolist(), atoms.occupancy.tolist()
    contents: list[dict[str, float]] = [{} for _ in range(max(orbits) + 1)]
    first = []
    for row, (orbit, symbol) in enumerate(zip(orbits, atoms.symbols, strict=True)):
        contents[orbit].setdefault(symbol, occupancy[row])
        # atoms that share a site follow each other; the first element's stand for all of them
        if symbol == next(iter(contents[orbit])):
            first.append(row)
    kinds = atoms.orbits[first]
    return Sites(atoms.base, atoms.xyz[first], kinds, kinds, contents)


def as_simpler_type(sites: Sites, simpler: SimplerType) -> Sites | None:
    """A structure as one of a simpler type: sites averaged or left out, atoms moved.

    Parameters
    ----------
    sites : Sites
        See `sites_of`.
    simpler : SimplerType

    Returns
    -------
    Sites or None
        Where no atom moves, the same sites with other contents. None where the atoms are too far
        from the positions of the simpler type.
    """
    amounts = sites.amounts
    averages = [_average(sites.contents, amounts, group) for group in simpler.groups]
    group_of = {site - 1: n for n, group in enumerate(simpler.groups) for site in group}
    if not simpler.moved:
        contents = [
            averages[group_of[kind]] if kind in group_of else {} for kind in range(len(amounts))
        ]
        return sites._replace(contents=contents)
    groups = np.array([group_of.get(kind, -1) for kind in sites.kinds.tolist()])
    positions = np.round(sites.positions % 1.0, 6)
    order = np.lexsort((*positions.T[::-1], groups))
    order = order[groups[order] >= 0]
    cell = _symmetrised((sites.lattice, positions[order], groups[order]), simpler)
    return None if cell is None else Sites(*cell, averages)


def _average(
    contents: list[dict[str, float]], amounts: np.ndarray, group: tuple[int, ...]
) -> dict[str, float]:
    """What is on a site of a group on average."""
    n_sites = sum(amounts[site - 1] for site in group)
    shares: dict[str, float] = {}
    for site in group:
        for symbol, share in contents[site - 1].items():
            shares[symbol] = shares.get(symbol, 0.0) + share * float(amounts[site - 1] / n_sites)
    return shares


def _symmetrised(
    cell: tuple[np.ndarray, np.ndarray, np.ndarray], simpler: SimplerType
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
    """Lattice, positions, kinds and orbits with all atoms where the simpler type has them.

    None where they are too far.
    """
    lattice, positions, kinds = cell
    translations = count_translations(positions, kinds, lattice, EXACT)
    wanted = len(kinds) * _centrings(simpler.space_group_number) / simpler.atoms
    for tolerance in TOLERANCES:
        if translations < wanted and translations == count_translations(
            positions, kinds, lattice, 1.001 * tolerance
        ):
            continue  # no further translation, so a search for symmetry would take long in vain
        found = symmetry_dataset(cell, tolerance)
        if (
            found is not None
            and found.number == simpler.space_group_number
            and len(found.std_types) == simpler.atoms
        ):
            orbit_of = dict(
                zip(
                    found.mapping_to_primitive.tolist(),
                    found.crystallographic_orbits.tolist(),
                    strict=True,
                )
            )
            orbits = np.array([orbit_of[i] for i in found.std_mapping_to_primitive.tolist()])
            return found.std_lattice, found.std_positions, np.array(found.std_types), orbits
    return None


@lru_cache(maxsize=256)
def _centrings(space_group_number: int) -> int:
    """Number of lattice points in the conventional cell; hexagonal for a rhombohedral lattice."""
    return len(gemmi.find_spacegroup_by_number(space_group_number).operations().cen_ops)


def contrast(pattern: np.ndarray, simpler: np.ndarray) -> float:
    """Residual Rw of a pattern against that of a simpler structure at its best scale.

    Parameters
    ----------
    pattern, simpler : array (points,)
        G(r) on one grid.

    Returns
    -------
    float
        sqrt(sum (G - c G_simpler)^2 / sum G^2), from 0 (the patterns agree) to 1; no unit.

    Examples
    --------
    >>> pattern = np.array([0.0, 1.0, 0.0, -1.0])
    >>> contrast(pattern, 2 * pattern)
    0.0
    >>> contrast(pattern, np.array([1.0, 0.0, -1.0, 0.0]))
    1.0
    """
    # what the best scale leaves of sum G^2; it is exact to 1e-16, so the contrast to 1e-8
    explained = float(pattern @ simpler) ** 2 / max(float(simpler @ simpler), 1e-300)
    return math.sqrt(max(1.0 - explained / float(pattern @ pattern), 0.0))


def type_contrasts(
    simulators: Simulators,
    simpler_types: Iterable[SimplerType],
    curves: ReferenceCurves,
    radiations: Sequence[str],
) -> dict[tuple[str, str], float]:
    """Contrast of a structure's reference pattern against each of its simpler types.

    Parameters
    ----------
    simulators : Simulators
        Of a structure that was built from the library's table.
    simpler_types : iterable of SimplerType
        Simplest first, as `Library.simpler_types` gives them. One type may be listed more than
        once, in different ways.
    curves : ReferenceCurves
        Makes the patterns; their points from `R_MIN` on are compared.
    radiations : sequence of {"xray", "neutron"}
        Those with which the structure can be simulated.

    Returns
    -------
    dict
        (radiation, name) -> the lowest contrast of all ways to see the structure as that type.
        Types that it cannot be seen as are left out; infinite where the simpler structure does
        not scatter.

    Examples
    --------
    Potassium and chloride ions have equally many electrons: X-rays hardly tell rock salt KCl from
    a simple cubic lattice of one element (sc), while neutrons do.

    >>> from pdflearn.core.grid import Grid
    >>> from pdflearn.structures.library import load_library
    >>> library = load_library("resources/library")
    >>> simulators = Simulators(library.build("KCl rocksalt"), 20.0)
    >>> values = type_contrasts(
    ...     simulators,
    ...     library.simpler_types("rocksalt")[:1],
    ...     ReferenceCurves(Grid(1.0, 20.0, 0.1)),
    ...     ["xray", "neutron"],
    ... )
    >>> {key: round(value, 2) for key, value in values.items()}
    {('xray', 'sc'): 0.01, ('neutron', 'sc'): 0.29}
    """
    simpler_types = list(simpler_types)
    result: dict[tuple[str, str], float] = {}
    if not simpler_types or not radiations:
        return result
    sites = sites_of(simulators.atoms)
    seen = [(simpler.name, as_simpler_type(sites, simpler)) for simpler in simpler_types]
    seen = [(name, view) for name, view in seen if view is not None]
    still = [view.contents for _, view in seen if view.positions is sites.positions]
    simulator = simulators.of(radiations[0])
    order = _order_of_species(sites, simulator.atoms)
    if order is None:
        histogram = _site_pairs(sites, curves)
    else:  # the pairs of the sites are those of the species
        histogram = simulator.pairs.histogram(curves.reach)
        still = [[contents[kind] for kind in order] for contents in still]
        sites = sites._replace(
            kinds=np.argsort(order)[sites.kinds], contents=[sites.contents[k] for k in order]
        )
    known = {
        radiation: iter(_patterns(histogram, sites, [sites.contents, *still], curves, radiation))
        for radiation in radiations
    }
    own = {radiation: next(patterns) for radiation, patterns in known.items()}
    for name, view in seen:
        moved = view.lattice is not sites.lattice
        histogram = _site_pairs(view, curves) if moved else None
        for radiation in radiations:
            if moved:
                simpler = _patterns(histogram, view, [view.contents], curves, radiation)[0]
            else:
                simpler = next(known[radiation])
            value = np.inf if simpler is None else contrast(own[radiation], simpler)
            result[radiation, name] = min(value, result.get((radiation, name), np.inf))
    return result


def _order_of_species(sites: Sites, atoms: Scatterers) -> list[int] | None:
    """The kinds in the order of the species where each is one of these; None where not."""
    if any(set(content.values()) != {1.0} or len(content) > 1 for content in sites.contents):
        return None
    labels = [scatterer_label(next(iter(c)), atoms.radiation) for c in sites.contents]
    if tuple(sorted(labels)) != atoms.species:
        return None
    return [labels.index(species) for species in atoms.species]


def _site_pairs(sites: Sites, curves: ReferenceCurves) -> PairHistogram:
    """Pair distances of sites; the partials are those of their kinds."""
    lattice, positions, kinds, orbits, _ = sites
    return crystal_pairs(lattice, positions, kinds, np.ones(len(kinds)), orbits, curves.reach)


@lru_cache(maxsize=8)
def _first_point(grid: Grid) -> int:
    """Index of the first point that is compared."""
    return int(np.searchsorted(grid.r, R_MIN))


def _patterns(
    histogram: PairHistogram,
    sites: Sites,
    contents: list[list[dict[str, float]]],
    curves: ReferenceCurves,
    radiation: str,
) -> list[np.ndarray | None]:
    """Patterns from `R_MIN` on with each of these contents on the sites; None without scattering.

    Parameters
    ----------
    histogram : PairHistogram
        Of the sites.
    """
    symbols = sorted({symbol for kinds in contents for content in kinds for symbol in content})
    shares = np.array(
        [[[content.get(s, 0.0) for s in symbols] for content in kinds] for kinds in contents]
    )
    length = elements.xray_length if radiation == "xray" else elements.neutron_length
    lengths = np.array([length(symbol) for symbol in symbols])
    amounts = sites.amounts
    atoms = amounts @ shares  # (contents, symbols)
    means = atoms @ lengths / atoms.sum(axis=1)
    scattered = np.abs(means) > 1e-6 * (np.abs(lengths) * (atoms > 0)).max(axis=1)
    spectra = curves.spectra(histogram, amounts, sites.volume)
    amplitudes = shares[scattered] @ curves.amplitudes(symbols, radiation)
    curve_of = iter(curves.curves(spectra, amounts, amplitudes)[:, _first_point(curves.grid) :])
    return [next(curve_of) if seen else None for seen in scattered]
