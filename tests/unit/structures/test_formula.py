"""Formulae are reduced, and name elements from metal to non-metal."""

from pdflearn.structures.formula import formula_of


def test_formulae_are_reduced_and_ordered():
    assert formula_of({"O": 32.0, "Fe": 24.0}) == "Fe3O4"
    assert formula_of({"O": 3.0, "Ti": 1.0, "Ba": 1.0}) == "BaTiO3"
    assert formula_of({"O": 3.0, "Ti": 1.0, "Ba": 0.777}) == "Ba0.163Ti0.209O0.628"
