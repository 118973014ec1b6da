"""Elements for a place: of the chemistry of the real ones, and of a size that fits."""

import numpy as np
import pytest

from pdflearn.structures.chemistry import RADIUS, chemistry_of, fitting_elements
from pdflearn.structures.elements import covalent_radius


def test_each_chemistry_has_its_elements():
    symbols = ["Mg", "Ca", "Si"]
    pools = fitting_elements(symbols, [covalent_radius(symbol) for symbol in symbols])
    assert list(pools) == ["metal", "metalloid"]
    metals, odds = pools["metal"]
    assert metals == sorted(metals)
    assert {"Mg", "Ca", "Sr"} <= set(metals)
    assert all(chemistry_of(symbol) == "metal" for symbol in metals)
    assert max(map(covalent_radius, metals)) <= RADIUS * covalent_radius("Ca")
    assert odds[-1] == 1.0
    # lanthanides are rarer, as there are so many
    chances = dict(zip(metals, np.diff(odds, prepend=0.0), strict=True))
    assert chances["Gd"] == pytest.approx(0.3 * chances["Ca"])


def test_a_chemistry_with_few_elements_takes_any_that_fit():
    elements, _ = fitting_elements(["Cl"], [covalent_radius("Cl")])["non-metal"]
    assert {"Cl", "S", "P", "Si", "Be"} == set(elements)
