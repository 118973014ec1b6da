"""Spheroids: the shape function against numbers from elsewhere and against all pairs of atoms."""

import numpy as np
import pytest

from pdflearn.measured.observation import Observation
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe
from pdflearn.refinement.refinement import refine
from pdflearn.refinement.shapes import spheroid_shape
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.structure import make_structure

A = 3.92  # angstrom
SITES = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])


def points_within(equatorial, polar, rng):
    """Random points (angstrom) within a spheroid."""
    xyz = rng.uniform(-1, 1, (40_000, 3))
    xyz = xyz[(xyz**2).sum(axis=1) < 1]
    return xyz * np.array([equatorial, equatorial, polar]) / 2


@pytest.mark.parametrize(("equatorial", "polar"), [(20.0, 40.0), (30.0, 12.0), (25.0, 27.0)])
def test_the_shape_is_the_share_of_pairs_that_stay_within(equatorial, polar):
    """What the function means: a second point r away in any direction lies within as well."""
    rng = np.random.default_rng(3)
    inside = points_within(equatorial, polar, rng)
    axes = np.array([equatorial, equatorial, polar]) / 2
    for r in (3.0, 8.0, 13.0, 22.0):
        direction = rng.normal(size=inside.shape)
        direction /= np.linalg.norm(direction, axis=1)[:, None]
        stays = (((inside + r * direction) / axes) ** 2).sum(axis=1) < 1
        expected = spheroid_shape(np.array([r]), equatorial, polar)[0]
        assert stays.mean() == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(len(inside)))


@pytest.mark.parametrize("polar", [10.0, 40.0])
def test_the_start_is_the_surface_over_the_volume(polar):
    """For small r it is 1 - r S / (4 V) (G. Porod, 1951), with the surface of a spheroid."""
    across, along = 10.0, polar / 2
    if along < across:
        e = np.sqrt(1 - (along / across) ** 2)
        surface = 2 * np.pi * across**2 * (1 + (1 - e**2) / e * np.arctanh(e))
    else:
        e = np.sqrt(1 - (across / along) ** 2)
        surface = 2 * np.pi * across**2 * (1 + along / (across * e) * np.arcsin(e))
    volume = 4 / 3 * np.pi * across**2 * along
    slope = (1 - spheroid_shape(np.array([0.01]), 20.0, polar)[0]) / 0.01
    assert slope == pytest.approx(surface / (4 * volume), rel=2e-3)


@pytest.mark.parametrize(("equatorial", "polar"), [(24.0, 60.0), (40.0, 16.0)])
def test_the_axes_of_a_spheroid_of_atoms_are_refined(equatorial, polar):
    """A sum over all pairs of atoms of a platinum particle, drawn out or pressed flat."""
    axes = np.array([equatorial, equatorial, polar]) / 2
    cells = np.stack(np.meshgrid(*[np.arange(-9, 10)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    xyz = (cells[:, None] + SITES).reshape(-1, 3) * A + 0.7
    xyz = xyz[((xyz / axes) ** 2).sum(axis=1) < 1]
    cluster = make_structure(None, ["Pt"] * len(xyz), xyz)
    # beyond the small angles a cluster scatters as the crystal of its shape
    r_max = max(equatorial, polar)
    r, g = simulate_pdf(cluster, q_min=0.8, r_min=2.0, r_max=r_max, r_step=0.05, q_damp=0.02)
    observation = Observation(r, g, q_min=0.8, q_max=25.0, q_damp=0.02)
    crystal = Phase(make_structure((A, A, A, 90, 90, 90), ["Pt"] * 4, SITES), "xray", "cubic")
    sphere = refine(observation, [crystal])
    spheroid = refine(observation, [crystal], recipe=Recipe(shape="spheroid"))
    assert spheroid.rw < 0.85 * sphere.rw
    assert spheroid.parameters["diameter"].value == pytest.approx(equatorial, rel=0.05)
    assert spheroid.parameters["aspect"].value == pytest.approx(polar / equatorial, rel=0.08)


@pytest.mark.parametrize("aspect", [0.2, 0.5, 1.1, 3.0, 5.0])
def test_the_shape_is_that_of_the_closed_formula(aspect):
    """J. Lei, T. de Graaf, M. F. Thorpe et al., Phys. Rev. B 80 (2009) 024118, below both axes."""
    d, v, root = 20.0, aspect, np.sqrt(abs(1 - aspect**2))
    r = np.linspace(0.01, min(1.0, aspect) * d, 50)
    turn = np.arctanh(root) if v < 1 else np.arctan(root)
    plain = 3 * r / (4 * d * v) * (1 - (r / (2 * d)) ** 2 * (1 + 2 / (3 * v * v)))
    bent = 3 * r / (4 * d) * (1 - (r / (2 * d)) ** 2) * v / root * turn
    assert spheroid_shape(r, d, v * d) == pytest.approx(1 - plain - bent, abs=5e-5)
