import numpy as np
import pytest
from crystals import FCC, rocksalt, rutile

from pdflearn.structures.errors import StructureError
from pdflearn.structures.habits import LEAST, learn_habits
from pdflearn.structures.structure import arrays, make_structure


def moved(structure, shift):
    symbols, xyz, _, _ = arrays(structure)
    return make_structure(structure.lattice.abcABG(), symbols, xyz + shift)


def test_wyckoff_positions_are_those_of_the_tables():
    # rutile, P 42/m n m: Ti on 2a without a free coordinate, O on 4f (x, x, 0)
    (group,) = learn_habits([rutile()]).groups.values()
    sites = sorted(group.sites, key=lambda site: site.multiplicity)
    assert [(site.multiplicity, site.fixed) for site in sites] == [(2, True), (4, False)]
    ranks = [np.linalg.matrix_rank(site.projection) for site in sites]
    assert ranks == [0, 1]
    oxygen = sites[1]
    for u in np.random.default_rng(0).random((5, 3)):
        x = oxygen.projection @ u + oxygen.offset
        images = (oxygen.rotations @ x + oxygen.shifts) % 1.0
        assert len(np.unique(np.round(images, 5), axis=0)) == 4
        assert np.allclose(images[0], x % 1.0)
    assert group.orbits.tolist() == [2]
    assert group.weights.tolist() == [0.5, 0.5]


def test_the_origin_of_a_description_does_not_matter():
    first, second = (learn_habits([moved(rocksalt(), s)]).groups[225] for s in (0.0, 0.25))
    assert [s.multiplicity for s in first.sites] == [s.multiplicity for s in second.sites] == [4, 4]
    for one, other in zip(first.sites, second.sites, strict=True):
        assert np.allclose((one.offset - other.offset) % 1.0 % 0.5, 0.0)


def test_distances_and_volumes_are_of_the_crystals():
    edges = np.linspace(4.1, 4.3, LEAST)
    habits = learn_habits([rocksalt(a=a) for a in edges])
    shortest, usual = habits.contact("O", "Mg")
    assert edges[0] / 2 <= shortest < usual == pytest.approx(2.1)
    assert habits.contact("Mg", "O") == (shortest, usual)
    # a pair that no crystal shows goes by its radii: the larger atoms are farther apart
    assert habits.contact("Cs", "Cs")[1] > habits.contact("Be", "Be")[1]
    volumes = habits.volumes
    assert 4 * (volumes["Mg"] + volumes["O"]) == pytest.approx(4.2**3, rel=0.02)
    assert habits.chemistries[0] == {"Mg": 0.5, "O": 0.5}
    assert np.allclose(habits.shapes["cubic F"], [[1, 1, 1, 90, 90, 90]])


def test_a_mixed_site_counts_for_its_density_but_not_for_distances():
    mixed = make_structure(
        (4.21,) * 3 + (90,) * 3, np.repeat(["Mg", "Fe", "O"], 4),
        np.concatenate([FCC, FCC, FCC + 0.5]), occupancy=np.repeat([0.75, 0.25, 1.0], 4),
    )  # fmt: skip
    habits = learn_habits([mixed] * LEAST)
    assert habits.distances == {}
    assert habits.chemistries[0] == pytest.approx({"Fe": 0.125, "Mg": 0.375, "O": 0.5})


def test_nothing_to_learn_from():
    with pytest.raises(StructureError, match="read more"):
        learn_habits([])
