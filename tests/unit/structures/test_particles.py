"""Shapes of metal particles: the known closed shapes are there, each once, none fused or torn."""

from collections import Counter

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from pdflearn.structures import particles
from pdflearn.structures.clusters import metal_distance


@pytest.fixture(scope="module")
def shapes():
    return particles.particles()


def test_the_magic_numbers_are_there(shapes):
    """L. D. Marks (1994): numbers of atoms of closed shapes."""
    sizes = {}
    for one in shapes:
        sizes.setdefault(one.geometry.shape, set()).add(len(one.geometry.xyz))
    assert {13, 55, 147, 309, 561} <= sizes["icosahedron"]
    assert {19, 44, 85, 146, 231} <= sizes["octahedron"]
    assert {38, 79, 201, 314, 586} <= sizes["truncated octahedron"]
    assert {13, 55, 147, 309} <= sizes["cuboctahedron"]
    assert {75, 101, 146, 192} <= sizes["decahedron"]  # Marks's and their neighbours
    assert set(sizes) == {"icosahedron", "decahedron", *particles.PARENTS}


def test_each_stands_for_about_its_number_of_atoms_and_has_its_own_name(shapes):
    assert max(Counter(one.name for one in shapes).values()) == 1
    for one in shapes:
        assert f"about {len(one.structure)} atoms" in one.name
        assert not one.structure.periodic
    assert min(len(one.structure) for one in shapes) == 13
    assert max(len(one.structure) for one in shapes) <= 600


def test_no_two_atoms_are_fused_and_none_is_torn_off(shapes):
    bond = metal_distance(particles.METAL)
    for one in shapes[::7]:
        shortest = pdist(one.structure.xyz).min()
        assert 0.9 * bond < shortest < 1.03 * bond


def test_a_twin_has_a_mirror_plane_that_its_octahedron_has_not(shapes):
    twin = next(one.geometry.xyz for one in shapes if one.geometry.shape == "twinned octahedron")
    twin = twin - twin.mean(axis=0)
    normal = np.ones(3) / 3**0.5
    mirrored = twin - 2 * (twin @ normal)[:, None] * normal
    assert np.allclose(np.sort(mirrored @ [1.0, 2.0, 4.0]), np.sort(twin @ [1.0, 2.0, 4.0]))
