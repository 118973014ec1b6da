from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.identification.strains import (
    implausible,
    log_pressure,
    nearest_first,
    strain,
    strain_factor,
)
from pdflearn.structures.structure import make_structure


def cube(a, element="Al"):
    return make_structure((a, a, a, 90, 90, 90), [element] * 2, np.array([[0.0] * 3, [0.5] * 3]))


def item(known, refined, periodic=True):
    phases = [SimpleNamespace(structure=cube(a), periodic=periodic) for a in known]
    candidates = [SimpleNamespace(phase=phase) for phase in phases]
    fit = SimpleNamespace(structures=[cube(a) for a in refined])
    return SimpleNamespace(candidates=candidates, fit=fit)


def test_a_strain_is_the_change_of_the_lattice_constants():
    assert strain(item([4.0, 5.0], [4.04, 5.0]), 0) == pytest.approx(0.01)
    assert strain(item([4.0, 5.0], [4.04, 5.0]), 1) == 0.0


def test_a_cluster_has_no_strain():
    assert strain_factor(item([4.0], [5.0], periodic=False)) == 1.0


@given(st.floats(0.0, 0.2), st.floats(0.0, 0.2))
def test_larger_strains_count_more(one, other):
    factors = [strain_factor(item([4.0, 3.0], [4.0 * (1 + s), 3.0])) for s in (one, other)]
    assert factors[0] >= 1.0
    assert (factors[0] - factors[1]) * (one - other) >= 0.0


def test_dense_elements_are_under_pressure():
    def candidate(structure):
        return SimpleNamespace(phase=SimpleNamespace(structure=structure, periodic=True))

    assert log_pressure(candidate(cube(2.866, "Fe"))) > -0.1
    assert log_pressure(candidate(cube(2.866, "Al"))) < -3.0
    compound = make_structure(
        (2.9,) * 3 + (90,) * 3, ["Al", "Ni"], np.array([[0.0] * 3, [0.5] * 3])
    )
    assert log_pressure(candidate(compound)) == 0.0


def test_the_nearest_of_alike_structures_stands_first_for_its_type():
    table = pd.DataFrame(
        {
            "structure_type": ["fcc", "bcc", "fcc", "fcc"],
            "similarity": [0.99, 0.98, 0.985, 0.5],
            "stretch": [1.10, 1.0, 1.0, 1.0],
        },
        index=["far", "other", "near", "unlike"],
    )
    assert list(nearest_first(table, 6).index) == ["near", "other", "far", "unlike"]
    assert list(nearest_first(table, 1).index) == list(table.index)
    table["similarity"] = [0.60, 0.98, 0.40, 0.3]  # where patterns differ they count for more
    assert nearest_first(table, 6).index[0] == "far"


def test_only_the_strongest_phase_may_have_any_strain():
    mixture = item([4.0, 5.0], [4.6, 5.0])
    mixture.fit.partials = (np.array([3.0, 0.0]), np.array([0.0, 1.0]))
    assert not implausible(mixture)
    mixture.fit.partials = mixture.fit.partials[::-1]
    assert implausible(mixture)
    assert not implausible(item([4.0], [4.6]))
