"""Shares of phases that differ no more than they drift: one that warms, two that give way."""

import numpy as np
import pytest

from pdflearn.clustering.changes import find_changes
from pdflearn.clustering.drifting_phases import drifting_phases
from pdflearn.clustering.factorisation import factorise
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures.structure import make_structure

N = 17
WARMTH = np.linspace(0.0, 1.0, N)
XYZ = np.array([(0, 0, 0), (0.5, 0.5, 0), (0, 0.5, 0.5), (0.5, 0, 0.5)])


def warming(split, stretch_of_c=0.0):
    """Layers whose axes expand, and whose elements move more, each at its own rate and bent."""
    curves = []
    for t in WARMTH:
        a = 5.55 * (1 + 0.0004 * t + 0.0003 * t**2)
        c = 6.15 * (1 + 0.002 * t + 0.001 * t**2) * (1 + stretch_of_c)
        cell = (a * (1 + split), a * (1 - split), c, 90, 90, 90)
        layers = make_structure(cell, ["Fe", "Fe", "As", "As"], XYZ)
        u = {"Fe": 0.005 + 0.0015 * t, "As": 0.006 + 0.0007 * t}
        r, g = PDFSimulator(layers).pdf(
            q_max=25.0, q_damp=0.035, u_iso=u, r_min=1.5, r_max=20.0, r_step=0.1
        )
        curves.append(g)
    return r, np.array(curves)


@pytest.fixture(scope="module")
def phases():
    r, tetragonal = warming(0.0)
    return r, warming(0.004, -0.001)[1], tetragonal


def measured(g, noise, seed=1):
    g = g / np.sqrt(np.mean(g**2, axis=1, keepdims=True))
    return g + noise * np.random.default_rng(seed).normal(size=g.shape)


def between(phases, last, first):
    """Curves and shares of the first phase, alone up to `last` and gone at `first`."""
    _, one, other = phases
    share = 1 - np.clip((np.arange(N) - last) / (first - last), 0.0, 1.0)
    return share[:, None] * one + (1 - share)[:, None] * other, share


@pytest.mark.parametrize("noise", [0.0, 0.005, 0.02])
def test_one_warming_phase_is_one(phases, noise):
    r, _, tetragonal = phases
    g = measured(tetragonal, noise)
    found = [change.index for change in find_changes(WARMTH, g, 0)]
    assert factorise(r, g, 0, changes=found).weights.shape[1] == 1
    # neither does a change that is none make a second phase of it
    if not noise:
        assert drifting_phases(g, [8])[0].shape[1] == 1


@pytest.mark.parametrize(("last", "first"), [(6, 7), (5, 9), (8, 13)])
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_two_phases_that_give_way_have_their_shares(phases, last, first, noise):
    g, share = between(phases, last, first)
    changes = [first, last + 1][: 1 + (first - last > 1)]
    parts = factorise(phases[0], measured(g, noise), 0, changes=changes)
    assert parts.weights.shape == (N, 2)
    assert parts.weights[:, 0] == pytest.approx(share, abs=0.06)
    assert (parts.components >= 0).all()


def test_a_drift_that_goes_on_brings_no_phase_back(phases):
    _, orthorhombic, tetragonal = phases
    # the splitting falls towards the transition, and then only warmth is left
    g = np.vstack([orthorhombic[:8], tetragonal[8:]])
    for false_alarm in ([], [13], [13, 4]):
        weights = factorise(phases[0], measured(g, 0.005), 0, changes=[8, *false_alarm]).weights[
            :, 0
        ]
        assert weights[:7].min() > 0.9
        assert weights[9:].max() < 0.1
