"""Clusters: the known closed shapes, one shape a geometry, spheres cut from crystals."""

from collections import Counter

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from pdflearn.structures import clusters
from pdflearn.structures.structure import StructureError, shortest_distance


@pytest.fixture(scope="module")
def found():
    return clusters.geometries(5, 100, 12)


def test_the_magic_numbers_are_there(found):
    sizes = {shape: {len(g.xyz) for g in found if g.shape == shape} for shape in clusters.SHAPES}
    assert {13, 55, 43} <= sizes["icosahedron"]
    assert {6, 13, 19, 38, 44, 55, 79, 85} <= sizes["octahedron"]
    assert {7, 19, 27} <= sizes["sc"]
    assert {9, 15} <= sizes["bcc"]


def test_no_geometry_has_two_shapes_and_no_shape_outnumbers(found):
    assert max(Counter(g.shape for g in found).values()) <= 12
    assert len({g.family for g in found}) == len(found)
    by_size = {}
    for geometry in found:
        distance = np.sort(pdist(geometry.xyz))
        for other in by_size.setdefault(len(geometry.xyz), []):
            assert np.abs(other - distance / distance[0]).max() > clusters.SAME_GEOMETRY
        by_size[len(geometry.xyz)].append(distance / distance[0])


@pytest.mark.parametrize(
    ("shape", "ratio", "near", "next_near"), [("sc", 2**0.5, 6, 12), ("bcc", (4 / 3) ** 0.5, 8, 6)]
)
def test_an_inner_atom_has_the_neighbours_of_its_lattice(found, shape, ratio, near, next_near):
    """Coordination numbers of the lattice around the atom at the centre of the largest cluster."""
    xyz = max((g.xyz for g in found if g.shape == shape), key=len)
    distance = np.sort(np.linalg.norm(xyz - xyz[np.linalg.norm(xyz, axis=1).argmin()], axis=1))[1:]
    assert np.sum(np.isclose(distance, 1.0, atol=1e-3)) == near
    assert np.sum(np.isclose(distance, ratio, atol=1e-3)) == next_near


def test_shapes_can_be_asked_for_alone(found):
    alone = clusters.geometries(5, 100, 12, ["sc", "bcc"])
    assert [g.family for g in alone] == [g.family for g in found if g.shape in ("sc", "bcc")]


@pytest.mark.parametrize(
    ("metal", "published"), [("Ti", 2.89), ("Zr", 3.17), ("Mg", 3.20), ("Co", 2.50), ("Zn", 2.66)]
)
def test_hcp_metals_have_the_nearest_neighbours_of_the_handbook(metal, published):
    """C. Kittel, Introduction to Solid State Physics, chapter 1: nearest-neighbour distances."""
    assert clusters.metal_distance(metal) == pytest.approx(published, abs=0.012)


def test_a_metal_gives_its_own_distance(found):
    geometry = next(g for g in found if g.shape == "octahedron" and len(g.xyz) == 38)
    gold = clusters.make_cluster(geometry, "Au")
    assert not gold.periodic
    assert shortest_distance(gold) == pytest.approx(4.08 / 2**0.5, abs=1e-6)
    assert clusters.metal_distance("Fe") == pytest.approx(2.87 * 3**0.5 / 2)
    with pytest.raises(StructureError, match="expected a metal"):
        clusters.metal_distance("O")
    with pytest.raises(StructureError, match="expected a metal"):
        clusters.metal_distance("Xx")
