"""Symbols and labels of sites: elements, isotopes, elements that share a site, what is refused."""

import gemmi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.structures import checks, elements, symbols
from pdflearn.structures.structure import StructureError

ELEMENTS = [gemmi.Element(z).name for z in range(1, 104)]


@pytest.mark.parametrize(
    ("label", "kind", "formula", "element"),
    [
        ("Fe1", "Fe3+", "", "Fe"),
        ("FE1", "", "Fe O", "Fe"),
        ("SI2", "", "", "Si"),
        ("OH1", "", "", "O"),
        ("Ow", "", "", "O"),
        ("CA12", "", "C6 H6", "C"),
        ("CA12", "", "Ca C O3", "C"),
        ("Ca12", "", "Ca C O3", "Ca"),
        ("Ho1", "", "H2 O", "H"),
        ("Ho1", "", "Ho2 O3", "Ho"),
        ("Oint", "", "Si O2", "O"),
        ("Aloct", "", "Al2 O3", "Al"),
        ("MgM1", "", "", "Mg"),
        ("Siva", "Siva", "", "Si"),
        ("C1", "Cval", "", "C"),
        ("D1", "D", "D2 O", "D"),
        ("fe2", "", "", "Fe"),
    ],
)
def test_labels_are_read_with_the_formula(label, kind, formula, element):
    assert symbols.site_occupants(label, kind, checks.stated_amounts(formula)) == {element: 1.0}


@pytest.mark.parametrize("label", ["Wat1", "T1", "Calc", "X", "?", "M2", "123"])
def test_labels_that_name_no_element(label):
    with pytest.raises(StructureError, match="names no element"):
        symbols.site_occupants(label, "", checks.stated_amounts("W O3 H2 O"))


@pytest.mark.parametrize("label", ["Nb,Zr", "Ca/Sr1", "(Fe,Mg)", "Na;K", "Fe+Ni"])
def test_labels_that_name_several_elements(label):
    with pytest.raises(StructureError, match="several elements without their shares"):
        symbols.site_occupants(label, "", {})


@given(
    element=st.sampled_from(ELEMENTS),
    charge=st.sampled_from(["", "+", "2+", "3-", "+3", "-1", "2.67+", "0", "0+", "++"]),
    label=st.text(alphabet="abcdehilnorsuCFHIKNOPSUVWY0123456789+-()' ", max_size=6),
    stated=st.lists(st.sampled_from(ELEMENTS), max_size=4),
)
@settings(max_examples=600, deadline=None, derandomize=True)
def test_a_whole_symbol_is_what_it_says(element, charge, label, stated):
    """Whatever the label and the file's formula say."""
    counts = dict.fromkeys(stated, 1.0)
    assert symbols.site_occupants(label, element + charge, counts) == {element: 1.0}


@given(
    mass=st.sampled_from(["6Li", "7Li", "10B", "11B", "62Ni", "58Ni", "15N", "2H", "1H", "154Sm"]),
    style=st.sampled_from(
        ["{m}{e}", "{m}-{e}", "({m}){e}", "^{m}^{e}", "{e}_{m}", "{e}-{m}", "<sup>{m}</sup>{e}"]
    ),
    charge=st.sampled_from(["", "+", "2+"]),
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_isotopes_stay_isotopes(mass, style, charge):
    digits, element = mass.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), ""
    element = mass[len(digits) :]
    written = style.format(m=digits, e=element)
    if written == "H-1":  # a hydride
        return
    plain = style.endswith("{m}")  # a charge behind the mass number would be part of it
    found = symbols.site_occupants("A1", written + ("" if plain else charge), {})
    assert found == {"D" if mass == "2H" else mass: 1.0}
    (symbol,) = found
    assert elements.neutron_length(symbol) == elements.neutron_length(mass)
    assert elements.clean_symbol(symbol) == element


@given(
    pair=st.lists(st.sampled_from(ELEMENTS), min_size=2, max_size=4, unique=True),
    style=st.sampled_from(["{x}{e}", "{x} {e}", "{x}(2){e}", "{e}:{x}", "{e} {x}", "{x}*{e}"]),
    joint=st.sampled_from([" + ", ", ", "; ", "/"]),
    data=st.data(),
)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_elements_share_a_site_as_the_symbol_says(pair, style, joint, data):
    cuts = [data.draw(st.integers(1, 90 // len(pair))) for _ in pair]
    cuts[-1] += 100 - sum(cuts)
    written = joint.join(
        style.format(x=f"{cut / 100:.2f}", e=element)
        for element, cut in zip(pair, cuts, strict=True)
    )
    shares = symbols.occupants(written, "M1")
    assert shares == pytest.approx({e: cut / 100 for e, cut in zip(pair, cuts, strict=True)})


@pytest.mark.parametrize(
    ("written", "shares"),
    [
        ("0.8Nb + 0.2Zr", {"Nb": 0.8, "Zr": 0.2}),
        ("0.80(2)Nb+0.20(2)Zr", {"Nb": 0.8, "Zr": 0.2}),
        ("0.8Nb5++0.2Zr4+", {"Nb": 0.8, "Zr": 0.2}),
        ("Nb.8Zr.2", {"Nb": 0.8, "Zr": 0.2}),
        ("80% Nb + 20% Zr", {"Nb": 0.8, "Zr": 0.2}),
        ("0.655OH2 + 0.345OH", {"O": 1.0}),
        ("0.5Fe + 0.5Va", {"Fe": 0.5}),
        ("0.4 7Li + 0.6 6Li", {"7Li": 0.4, "6Li": 0.6}),
        ("0.9Fe", {"Fe": 0.9}),
    ],
)
def test_shared_sites(written, shares):
    assert symbols.site_occupants("M1", written, {}) == pytest.approx(shares)


@pytest.mark.parametrize(
    "written",
    ["X", "M", "Q1", "T", "Wat", "FeNi", "Nb,Zr", "Fe-Ni", "0.8Nb + Zr", "0.7Nb + 0.7Zr", "Fe(Ni)",
     "300Ni", "Og", "OW", "vacuum"],
)  # fmt: skip
@pytest.mark.parametrize("label", ["Fe1", "O12", None])
def test_what_cannot_be_read_is_refused_by_its_name(written, label):
    with pytest.raises(StructureError, match="names no element") as caught:
        symbols.occupants(written, label, {"Fe": 1.0})
    assert repr(written) in str(caught.value)


def test_capitals_are_elements_unless_label_or_formula_tell():
    assert symbols.occupants("CO") == {"Co": 1.0}
    assert symbols.occupants("CO", "C1", {"C": 1.0, "O": 2.0}) == {"C": 1.0}
    assert symbols.occupants("CO", "Co1", {"C": 1.0, "O": 2.0}) == {"Co": 1.0}
    assert symbols.occupants("Co", "C1", {"C": 1.0, "O": 2.0}) == {"Co": 1.0}


def test_numbers_behind_a_name_count_atoms():
    assert symbols.occupants("Ni58") == symbols.occupants("Ni58", "Ni58") == {"Ni": 1.0}
    assert symbols.occupants("Ni58", "Ni1") == {"58Ni": 1.0}
    assert symbols.occupants("O12", "O1") == {"O": 1.0}
