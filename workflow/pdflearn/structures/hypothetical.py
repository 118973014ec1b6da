"""Hypothetical compounds: a structure type with other elements, as large as their radii ask for.

They widen training where a type has few real compounds: other elements (and so other contrasts of
scattering), other sizes, axial ratios and free parameters near those of the real ones. They are
never tested on.

A draw takes the axial ratios and free parameters of one real compound, changed a little, puts
other elements of the same chemistry and of a fitting radius on its roles, and scales the cell. The
scale follows from a fit over the type's real compounds: let s be the smallest ratio, over all pairs
of atoms, of their distance to the sum of their covalent radii. log s is fitted by Bayesian linear
regression (C. M. Bishop, Pattern Recognition and Machine Learning (2006), section 3.3) against the
logarithms of the radii of the roles; with few compounds the fit falls back to their mean.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import periodictable
from diffpy.structure import Structure

from pdflearn.core.seeds import seed_of
from pdflearn.structures import tables
from pdflearn.structures.checks import check
from pdflearn.structures.elements import covalent_radius
from pdflearn.structures.library import Library
from pdflearn.structures.structure import (
    SAME_SITE,
    StructureError,
    neighbours,
    space_group_number,
)
from pdflearn.structures.tables import CELL_COLUMNS, LibraryError

ATTEMPTS = 30
# Standard deviations of what a draw changes: lengths (relative), angles (degrees), free parameters
# (angstrom). Prior of the fit's slopes; least scatter of log s.
LENGTHS, ANGLES, POSITIONS = 0.015, 0.5, 0.04
SLOPE, SCATTER = 0.3, 0.02
# Radii may leave the range of the role's real ones by this factor.
RADIUS = 1.15
# No contact may be shorter than this share of the shortest among the type's real compounds.
CONTACT = 0.88
# A role whose own chemistry offers fewer elements takes any that fit.
FEWEST = 6

_NOBLE = frozenset({"He", "Ne", "Ar", "Kr", "Xe", "Rn"})
_NONMETAL = frozenset({"H", "C", "N", "O", "F", "P", "S", "Cl", "Se", "Br", "I"})
_METALLOID = frozenset({"B", "Si", "Ge", "As", "Sb", "Te", "Bi"})
_LANTHANIDE = frozenset(
    {"Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"}
)
# Stable or at hand in every laboratory of solids: to Bi without Tc, Pm and noble gases; Th, U.
_USED = tuple(
    element.symbol
    for element in periodictable.elements
    if (1 <= element.number <= 83 or element.number in (90, 92))
    and element.symbol not in _NOBLE | {"Tc", "Pm"}
)


def _chemistry(symbol: str) -> str:
    if symbol in _NOBLE:
        return "noble gas"
    if symbol in _NONMETAL:
        return "non-metal"
    return "metalloid" if symbol in _METALLOID else "metal"


@dataclass(frozen=True)
class _Real:
    """A real compound of the type, by role."""

    symbols: tuple[str, ...]  # the most frequent element
    occupied: tuple[float, ...]  # share of the sites
    radii: np.ndarray
    cell: dict[str, float]  # the values that symmetry leaves free
    parameters: dict[str, float]
    contacts: np.ndarray  # shortest distance of each pair of roles over the sum of their radii

    @property
    def scale(self) -> float:
        return float(self.contacts.min())


class TypeModel:
    """What the real compounds of a structure type tell about hypothetical ones.

    Parameters
    ----------
    library : Library
    structure_type : str

    Raises
    ------
    LibraryError
        For a type without compounds that can be built.
    """

    def __init__(self, library: Library, structure_type: str) -> None:
        self.library, self.structure_type = library, structure_type
        row = library.types.loc[structure_type]
        self.space_group_number = int(row["space_group_number"])
        self.defaults = tables.parse_parameters(row["parameters"])
        self.rigid = self.space_group_number >= 195 and not self.defaults  # cubic, all sites fixed
        self.roles = tables.site_roles(row["sites"])
        self._role_of_site = [
            self.roles.index(site[0]) for site in tables.parse_sites(row["sites"])
        ]
        compounds = library.compounds
        names = compounds.index[compounds["structure_type"] == structure_type]
        self.real: list[_Real] = []
        for name in names:
            with suppress(LibraryError, StructureError):  # a wrong row is named where it is built
                self.real.append(self._measure(name))
        if not self.real:
            raise LibraryError(f"{structure_type} has no compounds to make others from")
        self.known = {real.symbols for real in self.real}
        self.pools = [self._pools(i) for i in range(len(self.roles))]
        self.shortest = CONTACT * np.min([real.contacts for real in self.real], axis=0)
        self._fit()

    def _measure(self, name: str) -> _Real:
        row = self.library.compounds.loc[name]
        occupants = [tables.parse_occupants(text) for text in row["elements"].split()]
        totals = [sum(share for _, share in mixture) for mixture in occupants]
        radii = np.array(
            [
                sum(share * covalent_radius(symbol) for symbol, share in mixture) / total
                for mixture, total in zip(occupants, totals, strict=True)
            ]
        )
        distances = self._distances(self.library.build(name), 2.4 * radii.max())
        return _Real(
            tuple(max(mixture, key=lambda occupant: occupant[1])[0] for mixture in occupants),
            tuple(totals),
            radii,
            {column: float(row[column]) for column in CELL_COLUMNS if not np.isnan(row[column])},
            self.defaults | tables.parse_parameters(row["parameters"]),
            distances / np.add.outer(radii, radii),
        )

    def _distances(self, structure: Structure, reach: float) -> np.ndarray:
        """Shortest distance of each pair of roles up to reach, angstrom; infinite beyond."""
        role = np.array(self._role_of_site)[structure.orbits]
        shortest = np.full((len(self.roles), len(self.roles)), np.inf)
        while not np.isfinite(shortest).any():
            first, second, distance = neighbours(structure, reach)
            apart = distance > SAME_SITE
            np.minimum.at(shortest, (role[first[apart]], role[second[apart]]), distance[apart])
            reach *= 1.5
        return shortest

    def _pools(self, i: int) -> dict[str, tuple[list[str], np.ndarray]]:
        """By the chemistry of a real compound's element: what a role may have, and how often."""
        pools = {}
        members = [(real.symbols[i], real.radii[i]) for real in self.real]
        for chemistry in sorted({_chemistry(symbol) for symbol, _ in members}):
            seen = {symbol for symbol, _ in members if _chemistry(symbol) == chemistry}
            radii = [radius for symbol, radius in members if symbol in seen]
            low, high = min(radii) / RADIUS, max(radii) * RADIUS
            fitting = {symbol for symbol in _USED if low <= covalent_radius(symbol) <= high}
            alike = {symbol for symbol in fitting if _chemistry(symbol) == chemistry} | seen
            pool = sorted(alike if len(alike) >= FEWEST else fitting | seen)
            # fourteen elements that scatter alike would crowd out the rest
            weights = np.array([0.3 if symbol in _LANTHANIDE else 1.0 for symbol in pool])
            pools[chemistry] = pool, weights / weights.sum()
        return pools

    def _fit(self) -> None:
        logs = np.log([real.radii for real in self.real])
        self._centre = logs.mean(axis=0)
        design = np.column_stack([np.ones(len(logs)), logs - self._centre])
        target = np.log([real.scale for real in self.real])
        prior = np.diag([0.0, *[1 / SLOPE**2] * len(self.roles)])
        noise = 0.05
        for _ in range(3):  # the scatter about the fit decides how much the prior weighs
            precision = design.T @ design / noise**2 + prior
            self._slopes = np.linalg.solve(precision, design.T @ target / noise**2)
            noise = max(SCATTER, float(np.std(target - design @ self._slopes)))
        self._noise = noise
        self._range = float(target.min()) - 2 * SCATTER, float(target.max()) + 2 * SCATTER

    def expected_scale(self, radii: np.ndarray) -> float:
        """The fitted s for elements of these covalent radii (roles,), angstrom."""
        return float(np.exp(self._slopes @ [1.0, *(np.log(radii) - self._centre)]))

    def draw(self, random: np.random.Generator) -> Structure | None:
        """Draw one compound; None where no such compound can exist."""
        base = self.real[random.integers(len(self.real))]
        symbols = self._elements(base, random)
        if symbols is None:
            return None
        radii = np.array([covalent_radius(symbol) for symbol in symbols])
        cell: dict[str, float | None] = dict.fromkeys(CELL_COLUMNS)
        for column, value in base.cell.items():
            step = float(np.clip(random.normal(), -2, 2))
            length = column in ("a", "b", "c")
            cell[column] = value * np.exp(LENGTHS * step) if length else value + ANGLES * step
        edge = float(np.mean([value for column, value in base.cell.items() if column in "abc"]))
        parameters = {
            name: value + POSITIONS / edge * float(np.clip(random.normal(), -2, 2))
            for name, value in base.parameters.items()
        }
        scatter = self._noise * float(np.clip(random.normal(), -2, 2))
        scale = np.clip(np.log(self.expected_scale(radii)) + scatter, *self._range)
        occupants = [
            symbol if share > 0.9995 else f"{symbol}{share:.4g}"
            for symbol, share in zip(symbols, base.occupied, strict=True)
        ]
        try:
            structure = self.library.build_type(self.structure_type, occupants, cell, parameters)
            distances = self._distances(structure, 2.4 * base.radii.max())
            contacts = distances / np.add.outer(radii, radii)
            factor = float(np.exp(scale) / contacts.min())
            if (contacts * factor < self.shortest).any():
                return None
            a, b, c = structure.lattice.abcABG()[:3]
            structure.lattice.setLatPar(a * factor, b * factor, c * factor)
            structure.warnings = check(structure)
            # a cell that became special is of another type
            if not self.rigid and space_group_number(structure) != self.space_group_number:
                return None
        except (LibraryError, StructureError):
            return None
        return structure

    def _elements(self, base: _Real, random: np.random.Generator) -> list[str] | None:
        """Other elements for the roles; roles of one element keep to one."""
        chosen: dict[str, str] = {}
        for symbol, pools in zip(base.symbols, self.pools, strict=True):
            if symbol not in chosen:
                pool, weights = pools[_chemistry(symbol)]
                chosen[symbol] = str(random.choice(pool, p=weights))
        symbols = [chosen[symbol] for symbol in base.symbols]
        if len(set(chosen.values())) < len(chosen) or tuple(symbols) in self.known:
            return None
        return symbols


def hypothetical_compounds(
    library: Library, structure_type: str, n: int, seed: int
) -> Iterator[tuple[str, Structure | StructureError]]:
    """Draw hypothetical compounds of a structure type.

    Parameters
    ----------
    library : Library
    structure_type : str
    n : int
    seed : int
        The study's; each compound is drawn from it, its type and its index, so a larger n keeps
        those of a smaller one.

    Yields
    ------
    name : str
        Structure type and index, such as "rocksalt 17".
    structure : Structure or StructureError
        A compound that passed the checks, or why there is none under this index.
    """
    model = TypeModel(library, structure_type)
    for index in range(n):
        name = f"{structure_type} {index}"
        random = np.random.default_rng(seed_of(seed, "hypothetical", name))
        for _ in range(ATTEMPTS):
            structure = model.draw(random)
            if structure is not None:
                structure.title = f"hypothetical {name}"
                break
        else:
            structure = StructureError(
                f"none of {ATTEMPTS} draws of other elements gave a compound that can exist; the "
                "study goes on with the others"
            )
        yield name, structure
