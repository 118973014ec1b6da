"""Chemistry of candidates: known compounds of a sample's elements, and others built with them.

Where a sample's elements are known, a structure can be four things, the likelier the sooner:

- a known compound of exactly these elements, and of the amounts where these are known;
- the same type built with these elements: they are put onto its sites, and its lattice is scaled by
  the volumes that elements have in the known compounds (`pdflearn.structures.volumes`);
- a compound of some of the elements, as it is: a part of the sample;
- a structure with foreign elements: its type may still be the sample's.

How much likelier one is than another was judged, not fitted to any curve. A refined lattice speaks
too: the volume of an atom should be that of the known compound, or the expected one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.identification.request import Request
from pdflearn.structures import substitution
from pdflearn.structures.charges import balances
from pdflearn.structures.elements import parse_composition
from pdflearn.structures.formula import formula_of
from pdflearn.structures.structure import StructureError, symmetry_of
from pdflearn.structures.volumes import SCATTER, Volumes, log_likelihood

# Logarithms of how much less likely a structure is than a known compound of the elements.
BUILT, PART, FOREIGN = 0.5, 1.5, 3.0
# Elements that share a site are the less likely the more they differ (`substitution.mixing`): Fe
# and Ni hardly, Ga and As by a factor of three.
MIXING_WEIGHT = 3.0
# How much it tells which elements a type is known to have on a site, by
# `substitution.strangeness`: of 1925 compounds of the library, each left out in turn, the elements
# are put onto the right sites in 95 % (83 % by their likeness to one member of the type), and 5.7
# makes the right way likeliest. A little less, since types are drawn evenly by no one.
STRANGE_WEIGHT = 5.0
# In the other compounds the elements stand in ways that look strange, such as with cations and
# anions exchanged: what is left is shared by all ways alike.
ANY_WAY = 0.05
# A structure with fewer elements than its type usually has is nearly always another type's. Of 2173
# compounds of the library 7 are not (Fe3O4 and the like), e^-5.7. A little less, as above.
UNITED = 4.0
# Nor is an oxide or a halide whose charges do not balance: of 918 of the library 16 are none, e^-4.
CHARGED = 3.0
# The volume of a known compound at another temperature, or a little off its composition: standard
# deviation of its logarithm. From 10 to 300 K solids expand by 1 to 3 %.
KNOWN_SCATTER = 0.02
# A volume further off than so many standard deviations is none of the compound's.
FAR_OFF = 3.0
N_VARIANTS = 2  # ways to put elements onto a structure's sites that are refined


@dataclass(frozen=True)
class Variant:
    """A structure with the elements that it is refined with.

    Attributes
    ----------
    structure : Structure
    fits : bool or None
        Whether its elements are the sample's, or some of them; None where these are not known.
    log_prior : float
        Logarithm of how likely it is beside a known compound of the elements.
    volume, scatter : float
        Expected volume of an atom (angstrom^3; NaN for none), and the scatter of its logarithm.
    as_it_is : bool
        Whether it is the known structure itself, with elements of the sample alone.
    complete : bool
        Whether it holds all elements of the sample, or of one phase of it.
    mixed, mixed_unlike : bool
        Whether elements share a site, and whether some do that seldom mix.
    """

    structure: Structure
    fits: bool | None = None
    log_prior: float = 0.0
    volume: float = float("nan")
    scatter: float = SCATTER
    as_it_is: bool = False
    complete: bool = True
    mixed: bool = False
    mixed_unlike: bool = False

    def log_volume(self, volume: float) -> float:
        """Logarithm of how likely a volume (angstrom^3 an atom) is; 0 where none is expected."""
        if not (self.volume > 0 and volume > 0):
            return 0.0
        return log_likelihood(volume, self.volume, self.scatter)

    def likely_stretch(self, stretch: float) -> float:
        """The stretch that a pattern shows, or that of the expected volume where it is far off.

        Patterns are those of a structure with other elements. Where these scatter otherwise, as
        lithium does neutrons, their most similar stretch means nothing.

        Parameters
        ----------
        stretch : float
            Lengths in the sample over those in the structure, from the structure's pattern.

        Examples
        --------
        >>> from pdflearn.structures.library import load_library
        >>> rutile = load_library("resources/library").build("TiO2 rutile")
        >>> expected = Variant(rutile, True, volume=volume_of_atom(rutile) * 1.1**3, scatter=0.09)
        >>> round(expected.likely_stretch(1.05), 3), round(expected.likely_stretch(0.85), 3)
        (1.05, 1.1)
        """
        volume = volume_of_atom(self.structure)
        if not (self.volume > 0 and volume > 0):
            return stretch
        expected = (self.volume / volume) ** (1 / 3)
        far = 3 * abs(np.log(stretch / expected)) > FAR_OFF * self.scatter
        return float(expected) if far else stretch


def variants(
    structure: Structure,
    request: Request,
    volumes: Volumes,
    occupants: Mapping[str, Iterable[str]] | None = None,
    exchanged: bool = False,
) -> list[Variant]:
    """Make a structure's variants with the sample's elements, the likeliest first.

    Parameters
    ----------
    structure : Structure
    request : Request
    volumes : Volumes
        Of the elements in known compounds; not used where no elements are known.
    occupants : mapping, optional
        Element of the structure -> elements that structures of its type have on the same sites.
        None: its own alone.
    exchanged : bool, default False
        Whether a known compound of these elements is also built with its elements on each other's
        sites.

    Returns
    -------
    list of Variant
        The structure as it is where the elements are not known, or do not fit its sites.

    Examples
    --------
    >>> from pdflearn.structures.library import load_library
    >>> zincblende = load_library("resources/library").build("CuCl zincblende")
    >>> built, *_ = variants(zincblende, Request.of_chemistry("GaAs"), Volumes({}, {}))
    >>> substitution.shares(built.structure)
    {'As': 0.5, 'Ga': 0.5}
    """
    if not request.knows_elements:
        return [Variant(structure)]
    sites = substitution.shares(structure)
    targets = request.phases or ((request.composition or dict.fromkeys(request.elements)),)
    variants: list[Variant] = []
    for target in targets:
        variants += _of_target(structure, sites, target, volumes, occupants or {}, exchanged)
    if not variants and set(sites) <= set(request.elements):
        variants = [_as_it_is(structure, PART)]
    if not variants:
        return [Variant(structure, False, -FOREIGN)]
    if not getattr(structure, "periodic", True):
        # a cluster's metal stands for all, and it fills no volume
        return [Variant(variant.structure, True) for variant in variants]
    return sorted(variants, key=lambda variant: -variant.log_prior)


def known_compound(structure: Structure, request: Request) -> Variant | None:
    """The structure as it is where it has elements of the sample alone; None where it does not.

    Of `variants` the one that `likeliest` chooses where one alone is asked for, without the others.
    None as well where amounts are known, and for a cluster.

    Parameters
    ----------
    structure : Structure
    request : Request
    """
    if request.composition or request.phases or not getattr(structure, "periodic", True):
        return None
    sites, elements = set(substitution.shares(structure)), set(request.elements)
    if not sites <= elements:
        return None
    return _as_it_is(structure, PART if sites < elements else 0.0)


def likeliest(variants: list[Variant], stretch: float, n: int = N_VARIANTS) -> list[Variant]:
    """Choose the variants whose chemistry and volume at this stretch are likeliest.

    A known compound of some of the elements is always among them, and the one where there is one
    alone, as for a phase of a mixture: the other elements are those of the other phases.

    Parameters
    ----------
    variants : list of Variant
    stretch : float
        Lengths in the sample over those in the structure that the variants are made of.
    n : int, default 2
    """
    if len(variants) <= n:
        return variants
    volume = volume_of_atom(variants[0].structure) * stretch**3
    if all(variant.likely_stretch(stretch) != stretch for variant in variants):
        volume = float("nan")  # it says nothing
    order = sorted(variants, key=lambda item: -(item.log_prior + item.log_volume(volume)))
    known = [item for item in order[n:] if item.as_it_is]
    return [*order[: n - len(known)], *known] if n > 1 else (known or order)[:1]


def _of_target(
    structure: Structure,
    sites: Mapping[str, float],
    target: Mapping[str, float | None],
    volumes: Volumes,
    occupants: Mapping[str, Iterable[str]],
    exchanged: bool,
) -> list[Variant]:
    """The variants with the elements of the sample, or of one phase of it.

    How likely a way is among all ways to put the elements onto the sites is told by what is known
    of the type, but that one in twenty is any of them (`ANY_WAY`); how likely the type is with
    these elements at all, by the least change, and by whether their charges balance.
    """
    amounts = {e: x for e, x in target.items() if x is not None}
    variants = []
    if set(sites) == set(target) and all(
        abs(sites[e] - x) <= substitution.TOLERANCE for e, x in amounts.items()
    ):
        variants.append(_as_it_is(structure, 0.0))
        if not exchanged:
            return variants
    if not amounts and set(sites) < set(target):
        variants.append(_as_it_is(structure, PART))
    known = {name: frozenset({name, *occupants.get(name, ())}) for name in sites}

    def unlikely(way: substitution.Assignment) -> float:
        strange = substitution.strangeness(way, known)
        return STRANGE_WEIGHT * strange + MIXING_WEIGHT * substitution.mixing(way, sites)

    ways = substitution.assignments(amounts or list(target), dict(sites), unlikely)
    if not ways:
        return variants
    change = min(
        substitution.change(way, sites) + MIXING_WEIGHT * substitution.mixing(way, sites)
        for way in ways
    )
    log_sum = float(np.log(sum(np.exp(-unlikely(way)) for way in ways)))
    united = len(target) < len(sites)
    for way in ways:
        if all(occupants == {name: 1.0} for name, occupants in way.items()):
            continue  # the structure as it is
        variant = substitution.substitute(structure, way)
        if united and not _same_group(structure, variant):
            continue  # the sites with one element are those of a simpler type
        content = substitution.composition_of(way, dict(sites))
        share = (1 - ANY_WAY) * np.exp(-unlikely(way) - log_sum) + ANY_WAY / len(ways)
        log_prior = -BUILT - change - united * UNITED + float(np.log(share))
        log_prior -= CHARGED * (balances(content) is False)
        volume = volume_of_atom(structure) * volumes.ratio(content, sites)
        mixed = {"mixed": substitution.mixes(way), "mixed_unlike": substitution.mixes_unlike(way)}
        variants.append(Variant(variant, True, log_prior, volume, **mixed))
    return variants


def _as_it_is(structure: Structure, penalty: float) -> Variant:
    volume = volume_of_atom(structure)
    return Variant(
        structure, True, -penalty, volume, KNOWN_SCATTER, as_it_is=True, complete=penalty == 0.0
    )


def _same_group(structure: Structure, variant: Structure) -> bool:
    """Whether a variant has the space group and the primitive cell of its structure."""
    if not getattr(structure, "periodic", True):
        return True
    try:
        before, after = symmetry_of(structure), symmetry_of(variant)
    except StructureError:
        return False
    sizes = [len(np.unique(symmetry.mapping_to_primitive)) for symmetry in (before, after)]
    return before.number == after.number and sizes[0] == sizes[1]


def volume_of_atom(structure: Structure) -> float:
    """Volume of an atom, angstrom^3; NaN for a cluster."""
    if not getattr(structure, "periodic", True):
        return float("nan")
    n_atoms = sum(atom.occupancy for atom in structure)
    return abs(float(np.linalg.det(structure.lattice.base))) / n_atoms


def compound(structure: Structure) -> str:
    """The formula of a structure.

    Examples
    --------
    >>> from pdflearn.structures.library import load_library
    >>> compound(load_library("resources/library").build("MgO rocksalt"))
    'MgO'
    """
    return formula_of(substitution.shares(structure))


def fit_volumes(formulas: list[str], volumes: list[float]) -> Volumes:
    """Fit the volumes of elements to known compounds; those without formula or volume are left out.

    Parameters
    ----------
    formulas : list of str
    volumes : list of float
        angstrom^3 an atom.
    """
    rows = [
        (parse_composition(formula), volume)
        for formula, volume in zip(formulas, volumes, strict=True)
        if volume > 0
    ]
    known = [(composition, volume) for composition, volume in rows if composition]
    return Volumes.fit([row[0] for row in known], [row[1] for row in known])


def known_compounds(table: pd.DataFrame, request: Request) -> pd.DataFrame:
    """The structures of the sample's elements, or of one phase's, then those of some of them.

    Where amounts are known, a compound of some of the elements is none of the sample.

    Parameters
    ----------
    table : DataFrame
        One row a structure, with the column elements (joined by hyphens).
    request : Request

    Returns
    -------
    DataFrame
        Rows of the table; those of exactly the elements first, else in the table's order.

    Examples
    --------
    >>> table = pd.DataFrame({"elements": ["O-Si", "Ti", "O-Ti"]})
    >>> known_compounds(table, Request(("O", "Ti")))["elements"].tolist()
    ['O-Ti', 'Ti']
    """
    phases = [frozenset(phase) for phase in request.phases] or [frozenset(request.elements)]
    if not any(phases):
        return table[:0]
    wanted = frozenset(request.elements)
    elements = [frozenset(text.split("-")) for text in table["elements"]]
    exact = np.array([known in phases for known in elements], dtype=bool)
    if request.composition or request.phases:
        return table[exact]
    part = np.array([known < wanted for known in elements], dtype=bool) & ~exact
    return pd.concat([table[exact], table[part]])
