"""Components are phases: an expanding crystal is one at any noise; two and three are told."""

import numpy as np
import pytest
from crystals import diamond, fcc

from pdflearn.clustering.factorisation import factorise
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures.structure import make_structure

N = 12
KELVIN = np.linspace(100.0, 600.0, N)
PLACE = np.arange(N)


def bcc(a):
    return make_structure((a, a, a, 90, 90, 90), ["Fe"] * 2, np.array([(0, 0, 0), (0.5,) * 3]))


def warmed(structure, expansion):
    """Curves of a structure that expands by so much a kelvin and moves more."""
    simulator = PDFSimulator(structure)
    curves = [
        simulator.pdf(
            q_max=25.0, q_damp=0.03, u_iso=0.004 + 1.5e-5 * kelvin, strain=expansion * kelvin,
            r_min=1.5, r_max=20.0, r_step=0.1,
        )
        for kelvin in KELVIN
    ]  # fmt: skip
    return curves[0][0], normal(np.array([g for _, g in curves]))


def normal(g):
    return g / np.sqrt(np.mean(g**2, axis=1, keepdims=True))


@pytest.fixture(scope="module")
def phases():
    (r, nickel), (_, iron), (_, silicon) = (
        warmed(fcc(), 1.5e-5), warmed(bcc(2.87), 1.2e-5), warmed(diamond(), 3e-6),
    )  # fmt: skip
    return r, nickel, iron, silicon


def noisy(g, level):
    return normal(g + level * np.random.default_rng(1).normal(size=g.shape))


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.08])
def test_expansion_is_no_phase(phases, noise):
    r, nickel, *_ = phases
    parts = factorise(r, noisy(nickel, noise), 0)
    assert parts.weights.shape == (N, 1)
    expected = (1 + 1.5e-5 * 600) / (1 + 1.5e-5 * 100) - 1
    assert parts.stretch[-1] == pytest.approx(expected, rel=0.05)
    assert parts.broadening[-1] == pytest.approx(1.5e-5 * 500, rel=0.25)


def test_axes_that_expand_differently_are_no_phase():
    def rutile_like(t):
        cell = (4.59 * (1 + 0.002 * t), 4.59 * (1 + 0.002 * t), 2.96 * (1 + 0.01 * t), 90, 90, 90)
        x = 0.305
        xyz = [
            (0, 0, 0), (0.5, 0.5, 0.5), (x, x, 0), (-x, -x, 0),
            (0.5 + x, 0.5 - x, 0.5), (0.5 - x, 0.5 + x, 0.5),
        ]  # fmt: skip
        return make_structure(cell, ["Ti"] * 2 + ["O"] * 4, np.array(xyz) % 1)

    curves = [
        PDFSimulator(rutile_like(t)).pdf(
            q_max=25.0, q_damp=0.03, u_iso=0.005 + 0.003 * t, r_min=1.5, r_max=20.0, r_step=0.1
        )
        for t in np.linspace(0.0, 1.0, N)
    ]
    g = noisy(np.array([g for _, g in curves]), 0.01)
    assert factorise(curves[0][0], g, 0, changes=[]).weights.shape == (N, 1)


def test_a_splitting_below_a_transition_is_told_from_expansion():
    # as in SrFe2As2: a and b part below a transition, and c expands four times as much as a
    def layered(place):
        split = 0.004 * np.sqrt(max(0.0, 0.5 - 0.1 * place)) if place < 5 else 0.0
        a, c = 5.55 * (1 + 0.00005 * place), 6.15 * (1 + 0.0002 * place)
        xyz = [(0, 0, 0), (0.5, 0.5, 0), (0, 0.5, 0.5), (0.5, 0, 0.5)]
        cell = (a * (1 + split), a * (1 - split), c, 90, 90, 90)
        return make_structure(cell, ["Fe", "Fe", "As", "As"], np.array(xyz))

    curves = [
        PDFSimulator(layered(place)).pdf(
            q_max=25.0, q_damp=0.03, u_iso=0.006 + 5e-5 * place, r_min=1.5, r_max=30.0, r_step=0.1
        )
        for place in PLACE
    ]
    g = normal(np.array([g for _, g in curves]))
    unknown, known = (factorise(curves[0][0], g, 0, changes=x) for x in (None, [5]))
    assert known.weights.shape == (N, 2)
    # the fall ends at the transition; expansion alone makes it go on to the end of the series
    assert unknown.weights[5, 0] > 0.3
    assert known.weights[0, 0] > 0.9
    assert known.weights[5, 0] < 0.1
    assert np.argmin(np.diff(known.weights[:, 0])) in (3, 4)


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_two_phases_that_expand_have_their_shares(phases, noise):
    r, nickel, iron, _ = phases
    share = np.clip((PLACE - 3) / 5, 0.0, 1.0)[:, None]
    parts = factorise(r, noisy((1 - share) * nickel + share * iron, noise), 0)
    assert parts.weights.shape == (N, 2)
    assert parts.weights.sum(axis=1) == pytest.approx(1.0)
    # The two curves have one scale, so shares of the components are those of the mixture.
    assert parts.weights[:, 1] == pytest.approx(share[:, 0], abs=0.12)


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_three_phases_one_after_another_are_three(phases, noise):
    r, nickel, iron, silicon = phases
    one, two = (np.clip((PLACE - first) / 3, 0.0, 1.0)[:, None] for first in (2, 6))
    parts = factorise(r, noisy((1 - one) * nickel + (one - two) * iron + two * silicon, noise), 0)
    assert parts.weights.shape == (N, 3)
    assert parts.weights.argmax(axis=1)[[0, 5, N - 1]].tolist() == [0, 1, 2]
    assert np.nanmin(parts.unexplained) < 0.05


def test_the_same_series_gives_the_same_components(phases):
    r, nickel, iron, _ = phases
    share = np.linspace(0.0, 1.0, N)[:, None]
    g = noisy((1 - share) * nickel + share * iron, 0.05)
    one, other = factorise(r, g, 3), factorise(r, g, 3)
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.components, other.components)
