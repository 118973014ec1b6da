"""What a user says of a sample, read from the columns of samples.csv."""

import pytest

from pdflearn.identification.request import NOTHING_KNOWN, Request, structure_files
from pdflearn.measured.samples import MeasuredSample


def test_a_formula_gives_elements_and_amounts_and_a_list_elements_alone():
    oxide = Request.of_chemistry("Fe2O3")
    assert oxide.elements == ("Fe", "O")
    assert oxide.composition == pytest.approx({"Fe": 0.4, "O": 0.6})
    assert Request.of_chemistry("", "Ti O") == Request(("O", "Ti"))
    more = Request.of_chemistry("TiO2", "Ti O Si")  # what the formula leaves out may be there
    assert (more.elements, more.composition) == (("O", "Si", "Ti"), {})


def test_a_mixture_gives_the_composition_of_each_phase():
    mixture = Request.of_chemistry("Si+Fe3O4")
    assert mixture.elements == ("Fe", "O", "Si")
    assert mixture.composition == {}
    assert mixture.phases[0] == {"Si": 1.0}


@pytest.mark.parametrize("text", ["", "sand", "Si+sand"])
def test_what_is_no_formula_says_nothing(text):
    assert Request.of_chemistry(text) == NOTHING_KNOWN


def test_a_composition_of_the_header_is_a_hint_alone():
    hint = MeasuredSample("a.gr", composition="Ni", structure="a.cif", only=True)
    assert Request.of_sample(hint) == Request(structures=("a.cif",), only=True)
    given = MeasuredSample("a.gr", composition="Ni", composition_given=True)
    assert Request.of_sample(given).composition == {"Ni": 1.0}


def test_names_of_files_may_hold_blanks_between_semicolons():
    assert structure_files(" my file.cif;b.cif ") == ("my file.cif", "b.cif")
    assert structure_files("a.cif b.cif a.cif") == ("a.cif", "b.cif")
    assert structure_files("") == ()
