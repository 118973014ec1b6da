"""Oxides and halides whose charges may balance, and those whose do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.structures.charges import ANIONS, CATIONS, balances
from pdflearn.structures.elements import parse_composition


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("TiO2", True), ("Fe3O4", True), ("SrTiO3", True), ("KAlF4", True), ("CaSO4", True),
        ("Na4I2O", True), ("MnCO3", True), ("KClO4", True), ("BaClF", True),
        ("NaO", False), ("AlO2", False), ("CaTiO4", False), ("MgCl", False), ("Na2CaO", False),
        ("NiAl", None), ("CuFeS2", None), ("O2", None), ("", None),
    ],
)  # fmt: skip
def test_whether_charges_balance(formula, expected):
    assert balances(parse_composition(formula)) is expected


@given(st.sampled_from(sorted(CATIONS)), st.sampled_from(sorted(ANIONS)), st.floats(0.1, 10.0))
def test_a_cation_with_as_much_charge_of_anions_balances_in_any_amount(cation, anion, amount):
    if cation in ANIONS:
        return
    composition = {cation: amount, anion: -amount * CATIONS[cation][0] / ANIONS[anion]}
    assert balances(composition) is True
