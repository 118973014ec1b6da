"""Hints of a header: keys of many programs, values that can be meant."""

import pytest

from pdflearn.measured.header import read_hints


@pytest.mark.parametrize(
    ("lines", "hints"),
    [
        (["#Qmax 21.5", "#qdamp 0.04"], {"q_max": 21.5, "q_damp": 0.04}),
        (["qmax = 25.0", "qmax = 24.0"], {"q_max": 24.0}),
        (["qmax = 25", "S(q) Qmin = 0.9, Qmax = 21", "qmax=30"], {"q_min": 0.9, "q_max": 21.0}),
        (["lambda = 0.143"], {"wavelength": 0.143}),
        (["# temperature = 25 C"], {"temperature": 298.15}),
        (["T(K) = 300"], {"temperature": 300.0}),
        (["rho0 = 0.0917"], {"rho0": 0.0917}),
        (["number density: 0.066"], {"rho0": 0.066}),
        (["rho = 8.9", "density=7.0", "numRpoints=2000"], {}),
        (["data of NPDF"], {"radiation": "neutron"}),
        (["title = BaTiO3, 300 K"], {"title": "BaTiO3, 300 K"}),
        (["Q range 0.5 25", "my_qmax = 3"], {}),
    ],
)  # fmt: skip
def test_keys_are_read_as_programs_write_them(lines, hints):
    assert read_hints(lines) == (pytest.approx(hints) if hints else {}, [])


def test_a_table_of_atoms_gives_the_composition():
    table = ["symbol  Z  fractions", "Zn 30 0.5 30 1", "S 16 0.5 16 1"]
    assert read_hints(table)[0]["composition"] == "ZnS"


def test_values_that_cannot_be_meant_are_warned_of_and_left_out():
    hints, warnings = read_hints(["qmax = 2500", "qdamp = 7"])
    assert hints == {}
    assert [words.split(" = ")[0] for words in warnings] == [
        "the header's q_max",
        "the header's q_damp",
    ]
    hints, warnings = read_hints(["qmin = 18", "qmax = 12"])
    assert hints == {"q_max": 12.0}
    assert "q_min = 18 is not below q_max = 12" in warnings[0]
    assert read_hints(["qmax = 0"]) == ({}, [])  # "not set"
