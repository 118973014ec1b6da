from functools import cache

import numpy as np
import pytest
from crystals import rocksalt, rutile
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.structures.errors import StructureError
from pdflearn.structures.habits import learn_habits
from pdflearn.structures.neighbours import pairs_within
from pdflearn.structures.prototypes import prototype
from pdflearn.structures.structure import space_group_number, symmetry_of
from pdflearn.structures.synthetic import synthetic_crystal


@cache
def habits():
    """Of rutile at several sizes: sites 2a and 4f, Ti and O."""
    rutiles = [rutile(a, 0.644 * a, x) for a in (4.5, 4.6, 4.7) for x in (0.30, 0.305, 0.31)]
    return learn_habits([*rutiles, *(rocksalt("Ti", "O", a) for a in (4.15, 4.2, 4.25))])


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000))
def test_a_crystal_has_its_group_and_no_atoms_too_near(index):
    crystal = synthetic_crystal(habits(), 136, 1, index)
    assert space_group_number(crystal) == 136
    first, second, distance = pairs_within(crystal.xyz, crystal.base, 3.5)
    for i, j, d in zip(first, second, distance, strict=True):
        shortest, _ = habits().contact(str(crystal.symbols[i]), str(crystal.symbols[j]))
        assert d >= shortest * (1 - 1e-9)
    atoms = sum(habits().volumes[str(symbol)] for symbol in crystal.symbols)
    volume = abs(np.linalg.det(crystal.base))
    # the scatter of the volumes, and three steps of growth
    assert volume <= atoms * np.exp(2 * habits().scatter) * 1.04**3 * 1.001


def test_the_same_seed_gives_the_same_crystal_and_another_index_another():
    first, again, other = (synthetic_crystal(habits(), 136, 1, index) for index in (3, 3, 4))
    assert np.array_equal(first.xyz, again.xyz)
    assert list(first.cell) == list(again.cell)
    assert list(first.cell) != list(other.cell)


def test_known_prototypes_are_not_drawn():
    crystal = synthetic_crystal(habits(), 136, 1, 0)
    name = prototype(crystal, symmetry_of(crystal))
    # rutile's habits lead to rutile alone: with that known there is nothing left to draw
    with pytest.raises(StructureError, match="none of"):
        synthetic_crystal(habits(), 136, 1, 0, known={name})


def test_a_group_that_no_crystal_has():
    with pytest.raises(StructureError, match="space group 62"):
        synthetic_crystal(habits(), 62, 1, 0)
