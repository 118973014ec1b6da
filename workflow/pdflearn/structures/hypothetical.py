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
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pdflearn.core.seeds import seed_of
from pdflearn.structures import tables
from pdflearn.structures.checks import FLATTEST, SHORTEST, VOLUMES, check
from pdflearn.structures.chemistry import chemistry_of, fitting_elements
from pdflearn.structures.contacts import NearPairs, Reach, role_distances
from pdflearn.structures.crystal import Crystal, lattice_vectors
from pdflearn.structures.elements import covalent_radius
from pdflearn.structures.isometries import Isometries, may_be_higher, near_isometries
from pdflearn.structures.library import Library, cell_by_symmetry
from pdflearn.structures.structure import (
    StructureError,
    space_group_number,
)
from pdflearn.structures.tables import CELL_COLUMNS, LibraryError

ATTEMPTS = 30
# Standard deviations of what a draw changes: lengths (relative), angles (degrees), free parameters
# (angstrom). Prior of the fit's slopes; least scatter of log s.
LENGTHS, ANGLES, POSITIONS = 0.015, 0.5, 0.04
SLOPE, SCATTER = 0.3, 0.02
# No contact may be shorter than this share of the shortest among the type's real compounds.
CONTACT = 0.88


@dataclass(frozen=True)
class _Real:
    """A real compound of the type, by role."""

    symbols: tuple[str, ...]  # the most frequent element
    occupancy: np.ndarray  # share of the sites that is occupied, to four digits
    radii: np.ndarray
    cell: dict[str, float]  # the values that symmetry leaves free
    parameters: dict[str, float]
    contacts: np.ndarray  # shortest distance of each pair of roles over the sum of their radii
    kinds: np.ndarray  # a number for each role, the same for the same element and share
    regular: bool = False  # see `TypeSites.positions`
    isometries: Isometries | None = None  # of the lattice and of what is drawn from it

    @property
    def scale(self) -> float:
        """The smallest of the contacts."""
        return float(self.contacts.min())

    @property
    def reach(self) -> float:
        """How far contacts are looked for, angstrom."""
        return 2.4 * float(self.radii.max())

    @cached_property
    def edge(self) -> float:
        """Mean length of the axes that symmetry leaves free, angstrom."""
        return float(np.mean([value for column, value in self.cell.items() if column in "abc"]))

    @cached_property
    def strain(self) -> float:
        """The largest relative change of a length when axes and angles are drawn."""
        angles = [value for column, value in self.cell.items() if column not in "abc"]
        if not angles:
            return float(np.expm1(2 * LENGTHS))
        # three shears at once, in a cell that may be oblique
        shear = 1.5 * np.radians(2 * ANGLES) / np.sin(np.radians(angles)).min() ** 2
        return float(np.expm1(2 * LENGTHS) + shear)


@dataclass(frozen=True)
class _Draw:
    """What was drawn for one compound, before its scale and its contacts are known."""

    base: _Real
    symbols: list[str]
    radii: np.ndarray
    cell: list[float]
    values: np.ndarray  # of the free parameters, in the order of `TypeSites.names`
    scatter: float  # of log s about the fit


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
        self.sites = library.sites(structure_type)
        self._near = NearPairs(self.sites)
        compounds = library.compounds
        names = compounds.index[compounds["structure_type"] == structure_type]
        self.real: list[_Real] = []
        for name in names:
            with suppress(LibraryError, StructureError):  # a wrong row is named where it is built
                self.real.append(self._measure(name))
        if not self.real:
            raise LibraryError(f"{structure_type} has no compounds to make others from")
        self.known = {real.symbols for real in self.real}
        symbols = zip(*(real.symbols for real in self.real), strict=True)
        radii = np.array([real.radii for real in self.real])
        self.pools = [fitting_elements(*role) for role in zip(symbols, radii.T, strict=True)]
        self.shortest = CONTACT * np.min([real.contacts for real in self.real], axis=0)
        self._fit()

    def _measure(self, name: str) -> _Real:
        row = self.library.compound(name)
        occupants = [tables.parse_occupants(text) for text in row["elements"].split()]
        totals = [sum(share for _, share in mixture) for mixture in occupants]
        radii = np.array(
            [
                sum(share * covalent_radius(symbol) for symbol, share in mixture) / total
                for mixture, total in zip(occupants, totals, strict=True)
            ]
        )
        crystal = self.library.crystal(name)
        symbols = [max(mixture, key=lambda occupant: occupant[1])[0] for mixture in occupants]
        shares = [1.0 if total > 0.9995 else float(f"{total:.4g}") for total in totals]
        contents = list(zip(symbols, np.round(shares, 3).tolist(), strict=True))
        real = _Real(
            tuple(symbols),
            np.array(shares),
            radii,
            {column: float(row[column]) for column in CELL_COLUMNS if not np.isnan(row[column])},
            self.defaults | tables.parse_parameters(row["parameters"]),
            np.empty(0),
            np.array([sorted(set(contents)).index(content) for content in contents]),
        )
        distances = self._add_near_pairs(real, crystal)
        sums = np.add.outer(radii, radii)
        if distances is None:
            return replace(real, contacts=role_distances(self.sites, crystal, real.reach) / sums)
        isometries = None if self.rigid else near_isometries(self.sites, crystal.base, real.strain)
        return replace(real, contacts=distances / sums, regular=True, isometries=isometries)

    def _add_near_pairs(self, real: _Real, crystal: Crystal) -> np.ndarray | None:
        """Find the pairs that are near in a real compound and in all that are made from it.

        Returns the result of `role_distances`; None where its atoms are not regular.
        """
        _, affine, regular = self.sites.positions(self.sites.values(real.parameters)[None])
        if not regular[0]:
            return None
        step = (1 + real.strain) * 2 * POSITIONS / real.edge
        moves = np.abs(self.sites.slopes).sum(axis=2) @ np.array(crystal.cell[:3]) * step
        distances = self._near.add(affine[0], crystal.base, Reach(real.reach, real.strain, moves))
        distances[distances > real.reach] = np.inf
        return distances if np.isfinite(distances).any() else None

    def _fit(self) -> None:
        logs = np.log([real.radii for real in self.real])
        self._centre = logs.mean(axis=0)
        design = np.column_stack([np.ones(len(logs)), logs - self._centre])
        target = np.log([real.scale for real in self.real])
        prior = np.diag([0.0, *[1 / SLOPE**2] * len(self.sites.roles)])
        noise = 0.05
        for _ in range(3):  # the scatter about the fit decides how much the prior weighs
            precision = design.T @ design / noise**2 + prior
            self._slopes = np.linalg.solve(precision, design.T @ target / noise**2)
            noise = max(SCATTER, float(np.std(target - design @ self._slopes)))
        self._noise = noise
        self._range = float(target.min()) - 2 * SCATTER, float(target.max()) + 2 * SCATTER

    def expected_scale(self, radii: np.ndarray) -> np.ndarray:
        """The fitted s for elements of these covalent radii (..., roles), angstrom."""
        return np.exp(self._slopes[0] + (np.log(radii) - self._centre) @ self._slopes[1:])

    def compounds(self, randoms: list[np.random.Generator]) -> list[Crystal | None]:
        """Draw a compound with each random generator.

        Parameters
        ----------
        randoms : list of Generator

        Returns
        -------
        list of Crystal or None
            The first of `ATTEMPTS` draws that can exist; None where none can.
        """
        found: list[Crystal | None] = [None] * len(randoms)
        tried, at_once = 0, 1
        while tried < ATTEMPTS:
            at_once = min(at_once, ATTEMPTS - tried)
            waiting = [k for k, crystal in enumerate(found) if crystal is None]
            draws = [self._draw(randoms[k]) for k in waiting for _ in range(at_once)]
            crystals = iter(self._crystals(draws))
            for k in waiting:
                for _ in range(at_once):
                    crystal = next(crystals)
                    if found[k] is None and crystal is not None and self._is_of_type(crystal):
                        found[k] = crystal
            tried, at_once = tried + at_once, 2 * at_once
        return found

    def _draw(self, random: np.random.Generator) -> _Draw | None:
        """Draw elements, axes and parameters; None where they make no new compound."""
        base = self.real[random.integers(len(self.real))]
        symbols = self._elements(base, random)
        if symbols is None:
            return None
        steps = random.standard_normal(len(base.cell) + len(base.parameters) + 1)
        *steps, last = np.clip(steps, -2, 2).tolist()
        cell: dict[str, float | None] = dict.fromkeys(CELL_COLUMNS)
        for (column, value), step in zip(base.cell.items(), steps, strict=False):
            length = column in ("a", "b", "c")
            cell[column] = value * np.exp(LENGTHS * step) if length else value + ANGLES * step
        moved = [
            value + POSITIONS / base.edge * step
            for value, step in zip(base.parameters.values(), steps[len(base.cell) :], strict=True)
        ]
        values = self.sites.values(dict(zip(base.parameters, moved, strict=True)))
        try:
            whole_cell = cell_by_symmetry(self.sites.group, cell)
        except LibraryError:
            return None
        radii = np.array([covalent_radius(symbol) for symbol in symbols])
        return _Draw(base, symbols, radii, whole_cell, values, self._noise * last)

    def _elements(self, base: _Real, random: np.random.Generator) -> list[str] | None:
        """Other elements for the roles; roles of one element keep to one."""
        chosen: dict[str, str] = {}
        for symbol, pools in zip(base.symbols, self.pools, strict=True):
            if symbol not in chosen:
                pool, odds = pools[chemistry_of(symbol)]
                chosen[symbol] = pool[odds.searchsorted(random.random(), side="right")]
        symbols = [chosen[symbol] for symbol in base.symbols]
        if len(set(chosen.values())) < len(chosen) or tuple(symbols) in self.known:
            return None
        return symbols

    def _crystals(self, all_draws: list[_Draw | None]) -> list[Crystal | None]:
        """Scale and check what was drawn; None where no such compound can exist."""
        draws = [draw for draw in all_draws if draw is not None]
        if not draws:
            return [None] * len(all_draws)
        inside, affine, regular = self.sites.positions(np.array([draw.values for draw in draws]))
        regular &= [draw.base.regular for draw in draws]
        cells = np.array([draw.cell for draw in draws])
        bases = lattice_vectors(cells)
        distances, closest = self._near.shortest(affine, bases)
        reach = np.array([draw.base.reach for draw in draws])
        distances[distances > reach[:, None, None]] = np.inf
        radii = np.array([draw.radii for draw in draws])
        contacts = distances / (radii[:, :, None] + radii[:, None, :])
        smallest = contacts.min(axis=(1, 2))
        regular &= np.isfinite(smallest)
        factors = self._scales(draws) / np.where(regular, smallest, 1.0)
        fitting = ~(contacts * factors[:, None, None] < self.shortest).any(axis=(1, 2))
        occupancy = np.array([draw.base.occupancy for draw in draws])[:, self.sites.role_of_atom]
        # what `check` looks at; where anything is doubtful, it is asked
        volumes = np.abs(np.linalg.det(bases)) * factors**3
        heights = factors[:, None] / np.linalg.norm(np.linalg.inv(bases), axis=1)
        volumes_per_atom = volumes / occupancy.sum(axis=1)
        sound = (closest * factors > SHORTEST) & (heights.min(axis=1) >= FLATTEST)
        sound &= (VOLUMES[0] <= volumes_per_atom) & (volumes_per_atom <= VOLUMES[1])
        sound &= volumes >= 1.0
        sure = self._surely_of_type(draws, inside, bases, regular & fitting & sound)
        crystals: list[Crystal | None] = []
        for k, draw in enumerate(draws):
            if not regular[k] or (fitting[k] and not sound[k]):
                crystals.append(self._crystal_alone(draw))
            elif fitting[k]:
                a, b, c, *angles = draw.cell
                crystal = Crystal(
                    [a * factors[k], b * factors[k], c * factors[k], *angles],
                    np.array(draw.symbols)[self.sites.role_of_atom],
                    inside[k],
                    occupancy[k],
                    self.sites.orbits,
                    shortest=float(distances[k].min() * factors[k]),
                    group_number=self.space_group_number if sure[k] else None,
                )
                crystal.base = bases[k] * factors[k]
                crystals.append(crystal)
            else:
                crystals.append(None)
        made = iter(crystals)
        return [None if draw is None else next(made) for draw in all_draws]

    def _scales(self, draws: list[_Draw]) -> np.ndarray:
        """The shortest contacts (draws,) over the sums of the radii that were drawn."""
        logs = np.log(self.expected_scale(np.array([draw.radii for draw in draws])))
        return np.exp(np.clip(logs + [draw.scatter for draw in draws], *self._range))

    def _crystal_alone(self, draw: _Draw) -> Crystal | None:
        """What `_crystals` does, by the general ways."""
        occupants = [
            symbol if share == 1.0 else f"{symbol}{share:.4g}"
            for symbol, share in zip(draw.symbols, draw.base.occupancy, strict=True)
        ]
        cell = dict(zip(CELL_COLUMNS, draw.cell, strict=True))
        values = dict(zip(self.sites.names, draw.values.tolist(), strict=True))
        try:
            crystal = self.library.crystal_of_type(self.structure_type, occupants, cell, values)
            distances = role_distances(self.sites, crystal, draw.base.reach)
            contacts = distances / np.add.outer(draw.radii, draw.radii)
            factor = float(self._scales([draw])[0] / contacts.min())
            if (contacts * factor < self.shortest).any():
                return None
            lengths = [length * factor for length in draw.cell[:3]]
            crystal = replace(crystal, cell=[*lengths, *draw.cell[3:]])
            crystal.warnings = check(crystal)
        except (LibraryError, StructureError):
            return None
        return crystal

    def _surely_of_type(
        self, draws: list[_Draw], inside: np.ndarray, bases: np.ndarray, asked: np.ndarray
    ) -> np.ndarray:
        """Which of the draws that are asked for surely have the type's space group."""
        if self.rigid:
            return asked
        sure = np.zeros(len(draws), dtype=bool)
        groups: dict[tuple[bytes, bytes], list[int]] = {}
        for k in np.flatnonzero(asked):
            base = draws[k].base
            if base.isometries is not None:
                groups.setdefault((base.isometries.key, base.kinds.tobytes()), []).append(k)
        for rows in groups.values():
            base = draws[rows[0]].base
            kinds = base.kinds[self.sites.role_of_atom]
            sure[rows] = ~may_be_higher(
                self.sites, base.isometries, inside[rows], bases[rows], kinds
            )
        return sure

    def _is_of_type(self, crystal: Crystal) -> bool:
        """Whether a crystal has the type's space group: one that became special has not."""
        try:
            number = crystal.group_number or space_group_number(crystal)
        except StructureError:
            return False
        return number == self.space_group_number


def hypothetical_compounds(
    library: Library, structure_type: str, n: int, seed: int
) -> Iterator[tuple[str, Crystal | StructureError]]:
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
    crystal : Crystal or StructureError
        A compound that passed the checks, or why there is none under this index.
    """
    model = TypeModel(library, structure_type)
    names = [f"{structure_type} {index}" for index in range(n)]
    randoms = [np.random.default_rng(seed_of(seed, "hypothetical", name)) for name in names]
    for name, crystal in zip(names, model.compounds(randoms), strict=True):
        if crystal is None:
            yield (
                name,
                StructureError(
                    f"none of {ATTEMPTS} draws of other elements gave a compound that can exist; "
                    "the study goes on with the others"
                ),
            )
        else:
            crystal.title = f"hypothetical {name}"
            yield name, crystal
