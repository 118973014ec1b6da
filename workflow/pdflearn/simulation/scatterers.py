"""The atoms of a structure as arrays: species, positions, occupancies and displacements."""

import math
from collections.abc import Sequence
from copy import copy
from functools import lru_cache

import numpy as np
from diffpy.structure import Structure

from pdflearn.simulation.crystal_pairs import environments, translation_orbits
from pdflearn.simulation.parameters import SimulationError
from pdflearn.structures import elements
from pdflearn.structures.atoms import Atoms

# Radius in which the surroundings of atoms of one orbit are compared, angstrom.
_SURROUNDINGS = 7.0


class Scatterers:
    """Arrays of a structure's atoms for one radiation; atoms of zero occupancy are left out.

    Parameters
    ----------
    structure : diffpy.structure.Structure or Atoms
    radiation : {"xray", "neutron"}
    periodic : bool or None
        None: as `is_periodic` finds it.
    sites : sequence of str, optional
        A name for the site of each atom: atoms of different names are different species, which
        may have a U each. None: elements are the species.

    Attributes
    ----------
    radiation : str
    present : array of int (n,)
        The atoms of the structure that are not left out.
    basis : array (3, 3)
        Lattice vectors as rows, angstrom.
    volume : float
        Of the cell, angstrom^3.
    frac : array (n, 3)
        Fractional coordinates.
    occupancy : array (n,)
    species : tuple of str
        In alphabetical order; isotopes are species of their own for neutrons alone.
    scatterers : tuple of str
        The element or isotope of each species.
    species_index : array of int (n,)
        Index of each atom's species.
    fraction : array (species,)
        Shares of all atoms.
    n_atoms : float
        Sum of the occupancies.
    lengths : array (species,)
        Scattering lengths: f(0) in electrons for X-rays, b in fm for neutrons.
    periodic : bool
    pairs : two arrays of int (partials,)
        Both species of each partial, numbered as by `pairs.partial_table`.
    share : array (partials,)
        Share of each partial in the mean density of pairs.
    coefficients : array (partials,)
        b_a b_b / <b>^2.

    Raises
    ------
    SimulationError
        Names what the structure lacks and what to do.

    See Also
    --------
    pdflearn.structures.elements.form_factor : f(Q) of an element.

    Examples
    --------
    >>> from diffpy.structure import Atom, Lattice, Structure
    >>> lattice = Lattice(4.123, 4.123, 4.123, 90, 90, 90)
    >>> structure = Structure([Atom("Cs", (0, 0, 0)), Atom("Cl", (0.5, 0.5, 0.5))], lattice)
    >>> atoms = Scatterers(structure, "xray", periodic=None)
    >>> atoms.species, atoms.lengths
    (('Cl', 'Cs'), array([17., 55.]))
    >>> Scatterers(structure, "neutron", periodic=None).lengths
    array([9.5792, 5.42  ])

    X-ray form factors at Q = 0, 5 and 10 per angstrom:

    >>> elements.form_factor("Cl", np.array([0.0, 5.0, 10.0])).round(1)
    array([17. ,  8.2,  5.3])
    """

    def __init__(
        self,
        structure: Structure | Atoms,
        radiation: str,
        periodic: bool | None,
        sites: Sequence[str] | None = None,
    ) -> None:
        if not isinstance(structure, Structure | Atoms):
            raise SimulationError(
                f"{structure!r} is no structure; read a file first: pdflearn.read_structure(file)"
            )
        if len(structure.occupancy) == 0:
            raise SimulationError(
                "the structure has no atoms, and at least one is needed; read another file"
            )
        self._structure = structure
        self._atoms = structure if isinstance(structure, Atoms) else Atoms.of(structure)
        self.radiation = radiation
        self._sites = sites
        self._read_positions(self._atoms)
        self._read_species(radiation)
        self.periodic = is_periodic(self._atoms) if periodic is None else bool(periodic)
        a, b, c = self.basis.tolist()
        self.volume = abs(
            a[0] * (b[1] * c[2] - b[2] * c[1])
            + a[1] * (b[2] * c[0] - b[0] * c[2])
            + a[2] * (b[0] * c[1] - b[1] * c[0])
        )
        if self.periodic and not self.volume > 1e-3:
            raise SimulationError(
                f"the lattice {self._atoms.cell} has no volume; give cell lengths and angles, "
                "or periodic=False for a cluster"
            )

    def _read_positions(self, atoms: Atoms) -> None:
        """Set cell, positions and occupancies."""
        occupancy, frac, self.basis = atoms.occupancy, atoms.xyz, atoms.base
        arrays = (("coordinates", frac), ("occupancies", occupancy), ("cell", self.basis))
        for name, values in arrays:
            if not math.isfinite(values.sum()):
                raise SimulationError(
                    f"the {name} hold NaN or infinity, not finite numbers; correct the structure"
                )
        if occupancy.min() < 0 or occupancy.max() <= 0:
            worst = int(np.argmin(occupancy))
            raise SimulationError(
                f"atom {worst + 1} ({atoms.symbols[worst]}) has occupancy "
                f"{occupancy[worst]:g}; occupancies are between 0 and 1, and at least one must be "
                "above 0; correct the structure"
            )
        self.present = np.flatnonzero(occupancy)
        if len(self.present) < len(occupancy):
            occupancy, frac = occupancy[self.present], frac[self.present]
        self.occupancy = occupancy
        self.frac = np.ascontiguousarray(frac)

    def _read_species(self, radiation: str) -> None:
        """Set species, shares and scattering lengths."""
        symbols = self._atoms.symbols
        if len(self.present) < len(symbols):
            symbols = [symbols[i] for i in self.present]
        length = elements.xray_length if radiation == "xray" else elements.neutron_length
        try:
            label_of = {s: scatterer_label(s, radiation) for s in dict.fromkeys(symbols)}
            labels = [label_of[symbol] for symbol in symbols]
            if self._sites is None:
                self.species = self.scatterers = tuple(sorted(set(labels)))
            else:
                named = {(self._sites[int(k)], labels[n]) for n, k in enumerate(self.present)}
                self.species, self.scatterers = zip(*sorted(named), strict=True)
                labels = [self._sites[int(k)] for k in self.present]
            self.lengths = np.array([length(s) for s in self.scatterers])
        except elements.ElementError as error:
            raise SimulationError(str(error)) from None
        index = {label: n for n, label in enumerate(self.species)}
        self.species_index = np.array([index[label] for label in labels], dtype=np.int64)
        amount = np.bincount(self.species_index, weights=self.occupancy)
        self.n_atoms = float(amount.sum())
        self.fraction = amount / self.n_atoms
        mean = float(self.fraction @ self.lengths)
        if abs(mean) <= 1e-6 * np.abs(self.lengths).max():
            raise SimulationError(
                f"the mean {radiation} scattering length of {', '.join(self.species)} is zero, so "
                "G(r) cannot be normalised; use the other radiation"
            )
        a, b, both = species_pairs(len(self.species))
        self.pairs = a, b
        self.share = self.fraction[a] * self.fraction[b] * both
        self.coefficients = self.lengths[a] * self.lengths[b] / mean**2

    def with_radiation(self, radiation: str) -> "Scatterers":
        """The same atoms as another radiation sees them."""
        other = copy(self)
        other.radiation = radiation
        other._read_species(radiation)
        return other

    def divided_as(self, other: "Scatterers") -> bool:
        """Whether the atoms are divided into species as those of the same structure are there."""
        same = np.array_equal(self.species_index, other.species_index)
        return same and len(self.species) == len(other.species)

    def orbits(
        self, displacements: np.ndarray | None, alike: tuple[int, int, int] = (0, 0, 0)
    ) -> np.ndarray:
        """Labels of equivalent atoms: the structure's own, or else from its pure translations.

        Parameters
        ----------
        displacements : array (n, 3, 3) or None
            Cartesian U tensors, angstrom^2; equivalent atoms need equal ones.
        alike : three int
            Which of a, b and c are strained alike: (0, 0, 2) for c apart from a and b. The
            structure's own labels are kept where its atoms stay equivalent under such a strain.

        Returns
        -------
        array of int (n,)
        """
        given, n_atoms = self._atoms.orbits, len(self._atoms.symbols)
        if given is not None:
            if given.shape != (n_atoms,):
                raise SimulationError(
                    f"structure.orbits has shape {given.shape}; it needs one label for each of "
                    f"the {n_atoms} atoms"
                )
            known = given[self.present].tolist()
            numbers = {label: n for n, label in enumerate(dict.fromkeys(known))}
            labels = np.array([numbers[label] for label in known], dtype=np.int64)
            if alike == (0, 0, 0) or self._still_equivalent(alike, labels):
                return labels
        site_types = self.species_index
        if displacements is not None or np.ptp(self.occupancy) > 0:
            columns = [self.species_index[:, None], self.occupancy[:, None].round(9)]
            if displacements is not None:
                columns.append(displacements.reshape(-1, 9).round(7))
            site_types = np.unique(np.hstack(columns), axis=0, return_inverse=True)[1].ravel()
        return translation_orbits(self.frac, site_types.astype(np.int64), self.basis)

    def _still_equivalent(self, alike: tuple[int, int, int], labels: np.ndarray) -> bool:
        """Whether each atom of a strained cell has the surroundings of the first of its orbit."""
        first = np.unique(labels, return_index=True)[1][labels]
        basis = self.basis * (1.0 + 0.03 * np.array(alike))[:, None]
        weight = self.occupancy * np.sqrt(self.species_index + 2.0)
        values = environments(basis, self.frac, weight, _SURROUNDINGS)
        return bool((np.abs(values - values[first]) < 1e-7 * np.abs(values).max()).all())

    def displacements(self) -> np.ndarray:
        """The structure's own U tensors in Cartesian coordinates: (n, 3, 3), angstrom^2."""
        if isinstance(self._structure, Atoms):
            raise SimulationError("these atoms hold no U; give u_iso instead of None")
        tensors = np.empty((len(self.present), 3, 3))
        normbase = self._structure.lattice.normbase
        for k, i in enumerate(self.present):
            atom = self._structure[int(i)]
            if atom.anisotropy:
                tensors[k] = normbase.T @ atom.U @ normbase
            else:
                tensors[k] = atom.Uisoequiv * np.eye(3)
            finite = np.isfinite(tensors[k]).all()
            least = np.linalg.eigvalsh(tensors[k])[0] if finite else np.nan
            if not least > 0:
                raise SimulationError(
                    f"atom {int(i) + 1} ({atom.element}) has U = {least:g} angstrom^2 along one "
                    "direction, and U must be above 0; give u_iso instead of None"
                )
        return tensors


def scatterer_label(symbol: str, radiation: str) -> str:
    """The species of a symbol: isotopes differ for neutrons alone, charges for neither.

    Examples
    --------
    >>> scatterer_label("Na+", "xray"), scatterer_label("D", "neutron")
    ('Na', '2H')
    """
    species = elements.parse_symbol(symbol)
    return species.label if radiation == "neutron" else species.element


def is_periodic(structure: Structure | Atoms) -> bool:
    """The structure's `periodic`, or else whether its lattice is not the default one of diffpy."""
    atoms = structure if isinstance(structure, Atoms) else Atoms.of(structure)
    if atoms.periodic is not None:
        return bool(atoms.periodic)
    return any(abs(x - y) > 1e-6 for x, y in zip(atoms.cell, (1, 1, 1, 90, 90, 90), strict=True))


@lru_cache(maxsize=64)
def species_pairs(n_species: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both species of each partial, and 2 where they differ: it then holds both orders."""
    a, b = np.triu_indices(n_species)
    return a, b, np.where(a == b, 1.0, 2.0)
