"""How far the shares of phases depend on their compounds, where the elements are not known.

A curve tells what each phase scatters. How many atoms scatter it follows from the mean scattering
length <b> of the phase's compound: c_i is proportional to s_i / <b_i>^2, for the scale s_i
(`pdflearn.refinement.fractions`). Where the sample's elements are not known, the compound is one of
the library's with the right type and cell, and others of its type may have the same cell: those of
Na (bcc) and CsBr agree within 1 %. What the shares would be with these is part of their standard
errors.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from diffpy.structure import Structure

from pdflearn.identification.candidate import Candidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.chemistry import volume_of_atom
from pdflearn.identification.strains import USUAL_STRAIN
from pdflearn.identification.verdict import Answer
from pdflearn.refinement.fractions import Fractions, mean_length
from pdflearn.structures.elements import (
    atomic_mass,
    neutron_length,
    parse_composition,
    xray_length,
)
from pdflearn.structures.substitution import shares

# Mean lengths of compounds with elements of opposite signs may vanish for neutrons; below this
# (fm) a compound would not be seen.
SHORTEST = 0.5


def with_compound_spread(answer: Answer, catalogue: Catalogue) -> Answer:
    """An answer whose shares of phases have errors that hold for any elements.

    Parameters
    ----------
    answer : Answer
        As it is where its first is no mixture, or the elements of all phases are known.
    catalogue : Catalogue
        The known compounds.
    """
    if not answer.ranked or not answer.ranked[0].is_mixture or answer.ranked[0].elements_known:
        return answer
    first, fit = answer.ranked[0], answer.refined
    amounts = fit.amounts
    for index, (candidate, structure) in enumerate(
        zip(first.candidates, fit.structures, strict=True)
    ):
        if not (candidate.fits_composition or candidate.file):
            table = possible_compounds(candidate, structure, catalogue, answer.radiation)
            amounts = with_spread(amounts, index, *table)
    fit = replace(fit, amounts=amounts)
    if answer.final is not None:
        return replace(answer, final=fit)
    return replace(answer, ranked=[replace(first, fit=fit), *answer.ranked[1:]])


def possible_compounds(
    candidate: Candidate, structure: Structure, catalogue: Catalogue, radiation: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compounds of a phase's type, or of relatives, by how near their cells are.

    Parameters
    ----------
    candidate : Candidate
        The phase.
    structure : Structure
        As it was refined.
    catalogue : Catalogue
    radiation : {"xray", "neutron"}

    Returns
    -------
    likelihoods : array (n,)
        They add up to 1. The strain against a known compound is taken as normally distributed, as
        in `pdflearn.identification.strains`.
    atoms, masses : array (n,)
        By which factors the numbers of atoms and the mass differ from those with the refined
        structure's elements.
    """
    root = catalogue.parent_type(candidate.structure_type)
    rows = catalogue.compounds
    kin = [name for name in rows["structure_type"].unique() if catalogue.parent_type(name) == root]
    rows = rows[rows["structure_type"].isin(kin)]
    strains = np.log(rows["volume_per_atom"].to_numpy(float) / volume_of_atom(structure)) / 3
    near = np.abs(strains) < 4 * USUAL_STRAIN
    compositions = [parse_composition(text) for text in rows["formula"][near]]
    likelihoods = np.exp(-0.5 * (strains[near] / USUAL_STRAIN) ** 2)
    compositions.append(shares(structure))
    likelihoods = np.append(likelihoods, 1.0)
    length = neutron_length if radiation == "neutron" else xray_length
    lengths = np.array([_mean(one, length) for one in compositions])
    masses = np.array([_mean(one, atomic_mass) for one in compositions])
    own_length = mean_length(structure, radiation)
    atoms = (max(abs(own_length), SHORTEST) / np.maximum(np.abs(lengths), SHORTEST)) ** 2
    return likelihoods / likelihoods.sum(), atoms, atoms * masses / masses[-1]


def with_spread(
    amounts: Fractions,
    index: int,
    likelihoods: np.ndarray,
    atoms: np.ndarray,
    masses: np.ndarray,
) -> Fractions:
    """Shares whose errors say how they change with the compound of one phase.

    Parameters
    ----------
    amounts : Fractions
    index : int
        Of the phase.
    likelihoods, atoms, masses : array (n,)
        As `possible_compounds` returns them.

    Examples
    --------
    The second phase may as well have a compound of which twice as many atoms scatter as much:

    >>> halves, errors = (0.5, 0.5), (0.0, 0.0)
    >>> amounts = Fractions(halves, halves, halves, errors, errors, errors)
    >>> likelihoods, ones = np.array([0.5, 0.5]), np.array([1.0, 1.0])
    >>> wider = with_spread(amounts, 1, likelihoods, np.array([1.0, 2.0]), ones)
    >>> np.round(wider.atoms_stderr, 3), np.round(wider.mass_stderr, 3)
    (array([0.118, 0.118]), array([0., 0.]))
    """
    changes = {}
    for name, factors in (("atoms", atoms), ("mass", masses), ("volume", atoms)):
        named = np.array(getattr(amounts, name))
        others = np.tile(named, (len(factors), 1))
        others[:, index] *= factors
        others /= others.sum(axis=1, keepdims=True)
        spread = np.sqrt(likelihoods @ (others - named) ** 2)
        errors = np.hypot(getattr(amounts, f"{name}_stderr"), spread)
        changes[f"{name}_stderr"] = tuple(errors.tolist())
    return replace(amounts, **changes)


def _mean(composition: Mapping[str, float], value: Callable[[str], float]) -> float:
    """The mean of a value of its elements over a composition."""
    total = sum(composition.values())
    return sum(n * value(element) for element, n in composition.items()) / total
