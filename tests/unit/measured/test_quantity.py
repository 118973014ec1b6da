"""What a table holds, from its labels, its header, its file's name and its numbers."""

import numpy as np
import pytest

from pdflearn.measured.quantity import quantity_of
from pdflearn.measured.text import PatternError, Table

R = np.arange(0.1, 20.0, 0.1)
G = np.sin(5 * R)


def table(*columns, lead=()):
    return Table(np.column_stack(columns), header=list(lead), lead=list(lead))


@pytest.mark.parametrize(
    ("file", "lead", "name"),
    [
        ("a.gr", [], "G"),
        ("a.txt", ["# r G(r)"], "G"),
        ("a.fq", [], "F(Q)"),
        ("a.txt", ["# Q F(Q)"], "F(Q)"),
        ("a.gr", ["outputtype = fq"], "F(Q)"),
        ("run_fq.dat", [], "F(Q)"),
        ("a.mgor01", [], "g(r) - 1"),
    ],
)
def test_labels_header_and_name_say_which_function_it_is(file, lead, name):
    assert quantity_of(file, table(R, G, lead=lead)).name == name


def test_units_of_the_label_are_converted():
    quantity = quantity_of("a.gr", table(R / 10, 100 * G, lead=["# r(nm) G(nm^-2)"]))
    assert (quantity.x_factor, quantity.y_factor) == (10.0, 0.01)
    assert quantity.warnings == ["the first column is in nm; converted"]


def test_the_numbers_tell_a_pair_distribution():
    g = np.where(R < 2.0, 0.0, 1 + 0.1 * np.sin(5 * R))
    quantity = quantity_of("a.txt", table(R, g))
    assert quantity.name == "g(r)"
    assert "tends to 1" in quantity.warnings[0]


def test_columns_of_a_fit_are_added():
    quantity = quantity_of("a.fgr", table(R, G, 0 * R, 0 * R, 0.1 * G))
    assert quantity.y_columns == [1, 4]


@pytest.mark.parametrize(
    ("file", "lead", "words"),
    [
        ("a.iq", [], "scattered intensity, I"),
        ("a.txt", ["# 2theta I"], "against an angle"),
        ("a.txt", ["# r T(r)"], "contain the density"),
    ],
)
def test_what_no_g_can_be_made_of_is_refused(file, lead, words):
    with pytest.raises(PatternError, match=words):
        quantity_of(file, table(R, G, lead=lead))
