"""Structures with symmetry-equivalent sites, and simulated measurements of them."""

import numpy as np

from pdflearn.measured.observation import Observation
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.structure import make_structure

FCC = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])


def fcc(element="Ni", a=3.52, **other):
    return make_structure((a, a, a, 90, 90, 90), [element] * 4, FCC, orbits=[0] * 4, **other)


def diamond(element="Si", a=5.43):
    xyz = np.array([*FCC, *(FCC + 0.25)])
    return make_structure((a, a, a, 90, 90, 90), [element] * 8, xyz, orbits=[0] * 8)


def rutile(a=4.59, c=2.96, x=0.305):
    xyz = [
        (0, 0, 0), (0.5, 0.5, 0.5), (x, x, 0), (-x, -x, 0),
        (0.5 + x, 0.5 - x, 0.5), (0.5 - x, 0.5 + x, 0.5),
    ]  # fmt: skip
    return make_structure(
        (a, a, c, 90, 90, 90), ["Ti"] * 2 + ["O"] * 4, np.array(xyz) % 1, orbits=[0, 0, 1, 1, 1, 1]
    )


def simulated(structure, noise=0.0, step=0.05, radiation="xray", **settings):
    """A measurement of a structure, with noise of this share of the curve."""
    known = {"q_min": 0.5, "q_max": 25.0, "q_damp": 0.03, "q_broad": 0.0, "u_iso": 0.006}
    known |= settings
    r, g = simulate_pdf(structure, radiation=radiation, r_min=1.6, r_max=20.0, r_step=step, **known)
    g = g + noise * np.random.default_rng(1).normal(size=len(g)) * np.sqrt(np.mean(g**2))
    return Observation(
        r, 7.3 * g, radiation, known["q_min"], known["q_max"], known["q_damp"], known["q_broad"]
    )
