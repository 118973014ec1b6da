"""What the numbers of a curve alone tell of its function."""

import numpy as np
import pytest
from total_scattering import functions

from pdflearn.measured.curve import Shape, shape_of_q, shape_of_r, space_of


@pytest.mark.parametrize(
    ("name", "small", "large"),
    [
        ("G", "line", "0"),
        ("RMCProfile G(r)", "plateau", "0"),
        ("g(r)", "zero", "1"),
        ("T(r)", "zero", "r"),
        ("RDF", "zero", "r^2"),
    ],
)
def test_functions_of_r_begin_and_end_as_the_table_says(name, small, large):
    r, y, _ = functions("Ni", 0.005, 0.02)[name]
    shape = shape_of_r(r, y)
    assert shape.large == large
    assert shape.small in (small, "")  # ripples may hide it


@pytest.mark.parametrize(
    ("name", "small", "large"),
    [("F(Q)", "line", None), ("S(Q) - 1", "plateau", "0"), ("S(Q)", None, "1")],
)
@pytest.mark.parametrize("crystal", ["Ni", "Si"])
def test_functions_of_q_begin_and_end_as_the_table_says(crystal, name, small, large):
    q, y, _ = functions(crystal, 0.005, 0.02)[name]
    shape = shape_of_q(q, y)
    assert small in (None, shape.small)
    assert large in (None, shape.large)


def test_crystals_tell_r_from_q():
    for crystal in ("Ni", "Si"):
        known = functions(crystal, 0.005, 0.02)
        assert space_of(*known["F(Q)"][:2]) == "Q"
        assert space_of(*known["G"][:2]) == "r"
    r, g, _ = known["G"]
    assert space_of(r, g * np.exp(-((r / 8) ** 2))) == ""  # of a small particle nothing is said
    spoilt = np.where(r == r[700], 1e4, g)
    assert space_of(r, spoilt) == ""


def test_a_shape_that_is_not_known_admits_all():
    assert Shape("", "", 0.0).admits("plateau", "1")
    assert not Shape("line", "0", 0.0).admits("plateau", "0")
    assert not Shape("", "0", 0.0).admits("zero", "r")
