"""Symbols as files write them, scattering lengths and radii as tables have them."""

import numpy as np
import periodictable
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.structures.elements import (
    FORM_FACTOR_Q_MAX,
    ElementError,
    clean_symbol,
    covalent_radius,
    form_factor,
    is_formula,
    neutron_length,
    parse_composition,
    parse_symbol,
    xray_length,
)


@pytest.mark.parametrize(
    ("written", "element", "isotope", "charge"),
    [
        ("Fe", "Fe", 0, 0),
        ("FE", "Fe", 0, 0),
        (" fe ", "Fe", 0, 0),
        ("Fe3+", "Fe", 0, 3),
        ("O2-", "O", 0, -2),
        ("O-2", "O", 0, -2),
        ("Ca+2", "Ca", 0, 2),
        ("Cl1-", "Cl", 0, -1),
        ("Na+", "Na", 0, 1),
        ("D", "H", 2, 0),
        ("T", "H", 3, 0),
        ("2H", "H", 2, 0),
        ("2-H", "H", 2, 0),
        ("58Ni", "Ni", 58, 0),
        ("58-Ni2+", "Ni", 58, 2),
        ("Ni-58", "Ni", 58, 0),
    ],
)
def test_symbols_as_files_write_them(written, element, isotope, charge):
    assert parse_symbol(written) == (element, isotope, charge)
    assert clean_symbol(written) == element


@pytest.mark.parametrize("written", ["Xx", "", "Fe1", "Wat", "300Ni", "?", "1.5"])
def test_unknown_symbols_are_named(written):
    with pytest.raises(ElementError, match=repr(written)):
        parse_symbol(written)


def test_form_factors_start_at_the_number_of_electrons():
    for symbol, z in [("H", 1), ("C", 6), ("O", 8), ("Fe", 26), ("Au", 79), ("U", 92)]:
        assert xray_length(symbol) == pytest.approx(z, abs=0.05)


def test_form_factor_falls_as_in_the_international_tables():
    # International Tables for Crystallography C, table 6.1.1.1, at sin(theta)/lambda 0.5 and 1.0
    q = 4 * np.pi * np.array([0.5, 1.0])
    assert form_factor("O", q) == pytest.approx([2.338, 1.377], abs=0.02)
    assert form_factor("Fe", q) == pytest.approx([11.47, 6.51], abs=0.05)


def test_form_factor_is_positive_to_the_end_of_its_table_and_refused_beyond():
    q = np.linspace(0, FORM_FACTOR_Q_MAX, 500)
    assert (form_factor("Pb", q) > 0).all()
    with pytest.raises(ElementError, match="constant"):
        form_factor("Pb", 80.0)


def test_charges_leave_the_form_factor_alone_and_isotopes_change_neutrons_only():
    q = np.linspace(0, 25, 50)
    assert np.array_equal(form_factor("Fe3+", q), form_factor("Fe", q))
    assert np.array_equal(form_factor("D", q), form_factor("H", q))
    assert neutron_length("D") != neutron_length("H")


def test_neutron_lengths_are_those_of_sears():
    # V. F. Sears, Neutron News 3 (1992) 26, in fm; later measurements moved some by 0.07
    known = {"H": -3.739, "D": 6.671, "Li": -1.90, "O": 5.803, "Ti": -3.438, "Mn": -3.73}
    known |= {"Ni": 10.3, "58Ni": 14.4, "60Ni": 2.8, "62Ni": -8.7, "Pb": 9.405}
    for symbol, b in known.items():
        assert neutron_length(symbol) == pytest.approx(b, abs=0.08), symbol


def test_what_is_not_tabulated_says_so():
    with pytest.raises(ElementError, match="Po"):
        neutron_length("Po")
    with pytest.raises(ElementError, match="Og"):
        xray_length("Og")


def test_covalent_radii():
    assert covalent_radius("C") == pytest.approx(0.76)
    assert covalent_radius("Ti4+") == pytest.approx(1.60)


@pytest.mark.parametrize(
    ("text", "composition"),
    [
        ("SrFe2As2", {"As": 0.4, "Fe": 0.4, "Sr": 0.2}),
        ("La0.8Ca0.2MnO3", {"Ca": 0.04, "La": 0.16, "Mn": 0.2, "O": 0.6}),
        (" Ca (OH)2 ", {"Ca": 0.2, "H": 0.4, "O": 0.4}),
        ("D2O", {"H": 2 / 3, "O": 1 / 3}),
        ("Si+Ni", {}),
        ("", {}),
        ("sand", {}),
        ("Xx2", {}),
    ],
)
def test_formulae_are_read_as_shares_of_the_atoms(text, composition):
    assert parse_composition(text) == pytest.approx(composition)


def test_a_mixture_is_a_formula_of_formulae():
    assert is_formula("Si+Ni")
    assert not is_formula("Si+sand")


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*(element.symbol for element in periodictable.elements), "D", "X"]),
            st.sampled_from(["", "1", "2", "12", "0", "03", "0.5", "1.25"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_plain_formulae_are_read_as_the_parser_of_any_formula_reads_them(parts):
    text = "".join(symbol + count for symbol, count in parts)
    try:
        atoms = periodictable.formula(text).atoms
    except Exception:
        atoms = {}
    amounts = {}
    for atom, count in atoms.items():
        symbol = clean_symbol(atom.symbol)
        amounts[symbol] = amounts.get(symbol, 0.0) + count
    total = sum(amounts.values())
    expected = {symbol: amounts[symbol] / total for symbol in sorted(amounts)} if total else {}
    assert parse_composition(text) == expected
