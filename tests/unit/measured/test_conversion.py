"""Functions of r and Q become G(r), as closed forms say."""

import numpy as np
import pytest

from pdflearn.measured.conversion import TRANSFORM_R_MAX, Quantity
from pdflearn.measured.text import PatternError

Q = np.arange(0.02, 25.0, 0.02)
# One Gaussian shell of atoms at 3 angstrom: F(Q) = sin(QR)/R exp(-(sigma Q)^2/2), and its sine
# transform (Gradshteyn and Ryzhik 3.952).
RADIUS, SIGMA = 3.0, 0.2
F = np.sin(Q * RADIUS) / RADIUS * np.exp(-((SIGMA * Q) ** 2) / 2)


def shell(r):
    peak = np.exp(-((r - RADIUS) ** 2) / (2 * SIGMA**2))
    mirror = np.exp(-((r + RADIUS) ** 2) / (2 * SIGMA**2))
    return (peak - mirror) / (RADIUS * SIGMA * np.sqrt(2 * np.pi))


@pytest.mark.parametrize(("name", "y"), [("F(Q)", F), ("S(Q) - 1", F / Q), ("S(Q)", 1 + F / Q)])
def test_functions_of_q_give_the_same_g(name, y):
    converted = Quantity(name, space="Q").to_g(Q, y, {})
    assert np.allclose(converted.g, shell(converted.r), atol=2e-3)
    assert converted.r[-1] <= TRANSFORM_R_MAX
    assert converted.hints == pytest.approx({"q_min": Q[0], "q_max": Q[-1]})
    assert f"{name} was transformed to G(r)" in converted.warnings[0]


def test_the_range_of_the_header_bounds_the_transform_and_the_hints_given_stay():
    hints = {"q_max": 18.0, "title": "x"}
    converted = Quantity("F(Q)", space="Q").to_g(Q, F, hints)
    assert converted.hints["q_max"] == pytest.approx(18.0)
    assert converted.hints["title"] == "x"
    assert hints == {"q_max": 18.0, "title": "x"}
    assert "the range in its header" in converted.warnings[0]


def test_pair_distributions_are_multiplied_by_r():
    r = np.linspace(1.0, 5.0, 9)
    assert np.array_equal(Quantity("g(r)").to_g(r, 1 + 1 / r, {}).g, r * (1 + 1 / r - 1))
    assert np.array_equal(Quantity("g(r) - 1").to_g(r, 1 / r, {}).g, r * (1 / r))
    assert np.array_equal(Quantity("G").to_g(r, r**2, {}).g, r**2)


@pytest.mark.parametrize(
    ("q", "words"),
    [
        (np.linspace(-1, 20, 500), "Q begins at -1"),
        (np.linspace(0.1, 1.0, 500), "Q ends at 1"),
        (np.linspace(0.1, 20.0, 20), "only 20 points in Q"),
        (np.linspace(0.1, 25.0, 40), "too coarse for distances"),
    ],
)
def test_what_cannot_be_transformed_is_refused(q, words):
    with pytest.raises(PatternError, match=words):
        Quantity("F(Q)", space="Q").to_g(q, np.sin(3 * q), {})


@pytest.mark.parametrize("name", ["T(r)", "RDF", "rho(r)"])
def test_the_density_is_found_on_any_scale_and_subtracted(name):
    r = np.arange(0.02, 25.0, 0.02)
    # Shells of a smooth crystal: no Q below 2 in G(r) but that of the line itself.
    g = sum(np.sin(q * r) * np.exp(-((r / 15) ** 2)) for q in (3.1, 3.6, 5.0, 6.7))
    y = 70 * (g + 0.9 * r) / r ** {"T(r)": 0, "RDF": -1, "rho(r)": 1}[name]
    converted = Quantity(name).to_g(r, y, {"rho0": 0.0716})
    assert np.allclose(converted.g, 70 * g, atol=0.05)
    assert "4 pi rho0 = 63" in converted.warnings[0]
    assert "the scale of the file is another" in converted.warnings[1]


def test_a_range_of_the_header_beyond_the_file_is_said():
    converted = Quantity("F(Q)", space="Q").to_g(Q, F, {"q_max": 40.0})
    assert "the header's q_max = 40 lies outside the file's range" in converted.warnings[0]
