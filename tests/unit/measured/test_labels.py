"""What a file says of its function: labels, titles, names of files."""

import numpy as np
import pytest

from pdflearn.measured.labels import column_labels, evidence, radiation_of
from pdflearn.measured.text import Table


def table(lead, width=2):
    return Table(np.ones((20, width)), header=list(lead), lead=list(lead))


@pytest.mark.parametrize(
    ("line", "x", "names"),
    [
        ("# r GK(r)", "r", ["r", "GK(r)"]),
        ("# r g(r) - 1", "r", ["r", "g(r)-1"]),
        ("r (Ang), PDF (RMC), PDF (Expt)", "r", ["r(Ang)", "PDF(RMC)", "PDF(Expt)"]),
        ("# r (A)  G(r) (1/A^2)", "r", ["r(A)", "G(r)(1/A^2)"]),
        ("#L Q S(Q)", "Q", ["Q", "S(Q)"]),
        ("# 2theta I", "angle", ["2theta", "I"]),
        ("Q range 0.5 25", None, []),
    ],
)
def test_the_line_of_labels(line, x, names):
    labels = column_labels(table([line], width=max(len(names), 2)))
    assert (labels.x, labels.names) == (x, names)


def test_programs_that_name_columns_in_their_own_way():
    lammps = ["# Time-averaged data for fix 3", "# TimeStep Number-of-rows", "# Row c_a[1] c_a[2]"]
    assert column_labels(table(lammps, 4)).names[:3] == ["row", "r", "g(r)"]
    grace = [
        '@    title "Radial distribution"', '@    xaxis  label "r (nm)"', '@    yaxis  label ""',
    ]  # fmt: skip
    labels = column_labels(table(grace))
    assert (labels.x, labels.unit, labels.names[1]) == ("r", "(nm)", "g(r)")


@pytest.mark.parametrize(
    ("name", "lead", "function"),
    [
        ("a.gofr", [], "g(r)"),
        ("Ni_gofr.txt", [], "g(r)"),
        ("Ni.tofr", [], "T(r)"),
        ("fofq.txt", [], "F(Q)"),
        ("glass_SQ_merged.dat", [], "S(Q)"),
        ("a.mint01", [], "S(Q) - 1"),
        ("a.dat", ["# T(r) of silica glass"], "T(r)"),
        ("a.dat", ["total correlation function"], "T(r)"),
        ("a.dat", ["# made from run7_SQ.dat"], "S(Q)"),
        ("a.dat", ["outputtype = sq"], "S(Q)"),
        ("a.dat", ["# S(Q) and G(r) of the sample"], None),
        ("a.dat", ["inputfile = Ni.chi"], None),
    ],
)
def test_names_titles_and_headers_say_a_function(name, lead, function):
    said = evidence(name, table(lead), "")
    assert (said[0].names[0] if said else None) == function


def test_gudrun_merges_neutrons_alone():
    assert radiation_of("run.mint01") == radiation_of("x.mdor01") == "neutron"
    assert radiation_of("run.int01") is None
    assert radiation_of("run.gr") is None


def test_a_long_header_is_searched_no_further_than_it_helps():
    lead = ["# T(r) of silica glass"] + 5000 * ["x" * 2000]
    assert evidence("a.dat", table(lead), "")[0].names == ("T(r)",)
