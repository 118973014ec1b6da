"""Errors of the shares of phases whose elements are not known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from identification_cases import measured

from pdflearn.identification.compound_spread import (
    possible_compounds,
    with_compound_spread,
    with_spread,
)
from pdflearn.identification.request import Request
from pdflearn.identification.verdict import identify
from pdflearn.refinement.fractions import Fractions

CURVE = measured(("Si diamond", 0.6), ("Ni fcc", 0.4))


@pytest.fixture(scope="module")
def answer(even, catalogue):
    return identify(CURVE, even, catalogue)


def with_compound(catalogue, structure_type, formula, volume_per_atom):
    """The catalogue with the description of one more compound."""
    row = {
        "structure_type": structure_type,
        "formula": formula,
        "volume_per_atom": volume_per_atom,
    }
    more = pd.concat([catalogue.structures, pd.DataFrame([row], index=["more"])])
    return replace(catalogue, structures=more)


def volume_of(answer, structure_type):
    """Volume of an atom of a refined phase, angstrom^3."""
    types = [candidate.structure_type for candidate in answer.ranked[0].candidates]
    structure = answer.refined.structures[types.index(structure_type)]
    return structure.lattice.volume / len(structure)


def errors(answer):
    return np.array(answer.refined.amounts.atoms_stderr)


def test_another_compound_with_the_same_cell_widens_the_errors(answer, catalogue):
    alike = with_compound(catalogue, "fcc", "Li", volume_of(answer, "fcc"))
    wider = with_compound_spread(answer, alike)
    before = with_compound_spread(answer, catalogue)
    assert np.all(errors(wider) > errors(before) + 0.05)
    assert wider.refined.fractions == answer.refined.fractions


@pytest.mark.parametrize(("structure_type", "factor"), [("fcc", 1.5), ("bcc", 1.0)])
def test_one_of_another_cell_or_type_does_not(answer, catalogue, structure_type, factor):
    unlike = with_compound(catalogue, structure_type, "Xe", factor * volume_of(answer, "fcc"))
    before = with_compound_spread(answer, catalogue)
    assert errors(with_compound_spread(answer, unlike)) == pytest.approx(errors(before))


def test_known_elements_need_no_such_errors(even, catalogue):
    known = identify(CURVE, even, catalogue, Request(elements=("Ni", "Si")))
    alike = with_compound(catalogue, "fcc", "Xe", volume_of(known, "fcc"))
    assert with_compound_spread(known, alike) is known


def test_a_single_phase_stays_as_it_is(copper_answer, catalogue):
    assert with_compound_spread(copper_answer, catalogue) is copper_answer


def test_lighter_compounds_have_more_atoms(answer, catalogue):
    (index,) = (k for k, c in enumerate(answer.ranked[0].candidates) if c.structure_type == "fcc")
    candidate, structure = (
        answer.ranked[0].candidates[index], answer.refined.structures[index],
    )  # fmt: skip
    lithium = with_compound(catalogue, "fcc", "Li", volume_of(answer, "fcc"))
    likelihoods, atoms, masses = possible_compounds(candidate, structure, lithium, "xray")
    assert likelihoods.sum() == pytest.approx(1.0)
    (row,) = np.flatnonzero(atoms == atoms.max())
    assert likelihoods[row] == likelihoods.max()
    assert atoms[row] == pytest.approx((28 / 3) ** 2, rel=0.01)
    assert masses[row] == pytest.approx((28 / 3) ** 2 * 6.94 / 58.69, rel=0.02)
    assert (atoms[-1], masses[-1]) == (1.0, 1.0)  # as it was refined


@given(
    st.lists(st.floats(0.01, 1.0), min_size=2, max_size=4),
    st.lists(st.tuples(st.floats(0.01, 1.0), st.floats(0.01, 100.0)), min_size=1, max_size=5),
    st.integers(0, 1),
)
def test_errors_only_grow_and_stay_below_one(shares, compounds, index):
    named = tuple(np.array(shares) / sum(shares))
    zeros = tuple(np.zeros(len(shares)))
    amounts = Fractions(named, named, named, zeros, zeros, zeros)
    likelihoods, factors = np.array(compounds).T
    wider = with_spread(amounts, index, likelihoods / likelihoods.sum(), factors, factors)
    assert np.all((np.array(wider.atoms_stderr) >= 0) & (np.array(wider.atoms_stderr) < 1))
    same = with_spread(amounts, index, np.ones(1), np.ones(1), np.ones(1))
    assert same.atoms_stderr == pytest.approx(zeros, abs=1e-12)
