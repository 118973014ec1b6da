"""Structures of ASE and pymatgen, in and out, give the curves of the files they stand for."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.cluster import Octahedron
from crystals import rocksalt

import pdflearn
from pdflearn.structures.structure import StructureError, make_structure
from pdflearn.study.foreign import structure_from, to_ase, to_pymatgen
from pdflearn.study.patterns import as_list

USUAL = {"q_max": 22.0, "r_max": 15.0, "u_iso": 0.006}


def test_a_crystal_of_ase_has_the_curve_of_the_same_cell():
    theirs = bulk("NaCl", "rocksalt", a=5.64, cubic=True)
    ours = rocksalt("Na", "Cl", 5.64)
    expected = pdflearn.simulate(ours, **USUAL)
    assert pdflearn.simulate(theirs, **USUAL).g == pytest.approx(expected.g, abs=1e-8)
    assert pdflearn.simulate(to_ase(ours), **USUAL).g == pytest.approx(expected.g, abs=1e-8)


def test_a_primitive_oblique_cell_keeps_its_curve():
    primitive, cubic = bulk("Ni", a=3.52), bulk("Ni", a=3.52, cubic=True)
    g = pdflearn.simulate(cubic, **USUAL).g
    assert pdflearn.simulate(primitive, **USUAL).g == pytest.approx(g, abs=1e-8)


def test_a_cluster_of_ase_stays_one():
    cluster = Octahedron("Au", 3)
    cluster.pbc = False
    structure = structure_from(cluster)
    assert not structure.periodic
    assert to_ase(structure).positions == pytest.approx(cluster.positions)


def test_refined_structures_go_out():
    nickel = bulk("Ni", a=3.52, cubic=True)
    curve = pdflearn.simulate(nickel, strain=0.003, q_damp=0.04, u_iso=0.006)
    fit = pdflearn.refine(tuple(curve), nickel, q_damp=0.04, q_max=25.0, r_range=(1.8, 20.0))
    (refined,) = fit.to_ase()
    assert refined.cell.cellpar()[0] == pytest.approx(3.5306, abs=0.001)


def test_one_object_is_one_structure():
    nickel = bulk("Ni", cubic=True)
    assert as_list(nickel) == [nickel]


@pytest.mark.parametrize(
    ("atoms", "reason"),
    [(Atoms(), "no atoms"), (Atoms("Ni", cell=[3, 3, 9], pbc=(1, 1, 0)), "some directions")],
)
def test_what_cannot_be_used_is_said(atoms, reason):
    with pytest.raises(StructureError, match=reason):
        pdflearn.simulate(atoms)


def mixed():
    corners = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    return make_structure(
        (3.6,) * 3 + (90,) * 3, ["Cu"] * 4 + ["Au"] * 4, np.array(corners * 2),
        occupancy=[0.75] * 4 + [0.25] * 4,
    )  # fmt: skip


def test_mixed_sites_do_not_become_full_ones():
    with pytest.raises(StructureError, match="mixed"):
        to_ase(mixed())


def test_pymatgen_there_and_back():
    pytest.importorskip("pymatgen.core")
    theirs = to_pymatgen(mixed())
    assert len(theirs) == 4
    g = pdflearn.simulate(mixed(), **USUAL).g
    assert pdflearn.simulate(theirs, **USUAL).g == pytest.approx(g, abs=1e-6)


@pytest.mark.parametrize("kind", ["Molecule", "IMolecule"])
def test_a_molecule_of_pymatgen_is_a_cluster(kind):
    core = pytest.importorskip("pymatgen.core")
    cluster = Octahedron("Au", 3)
    cluster.pbc = False
    theirs = getattr(core, kind)(cluster.get_chemical_symbols(), cluster.positions)
    assert as_list(theirs) == [theirs]
    structure = structure_from(theirs)
    assert not structure.periodic
    expected = pdflearn.simulate(cluster, **USUAL)
    assert pdflearn.simulate(theirs, **USUAL).g == pytest.approx(expected.g, abs=1e-8)
    again = to_pymatgen(structure)
    assert np.array(again.cart_coords) == pytest.approx(cluster.positions)


def test_charges_and_isotopes_of_pymatgen_are_read():
    core = pytest.importorskip("pymatgen.core")
    molecule = core.Molecule(["O2-", "D+", "D+"], [[0, 0, 0], [0.96, 0, 0], [-0.24, 0.93, 0]])
    heavy_water = structure_from(molecule)
    assert [atom.element for atom in heavy_water] == ["O", "D", "D"]
    assert [str(site.specie.value) for site in to_pymatgen(heavy_water)] == ["O", "D", "D"]
    crystal = core.IStructure(
        core.Lattice.cubic(5.64), ["Na+", "Cl-"] * 4,
        [(0, 0, 0), (0.5, 0.5, 0.5), (0, 0.5, 0.5), (0.5, 0, 0), (0.5, 0, 0.5), (0, 0.5, 0),
         (0.5, 0.5, 0), (0, 0, 0.5)],
    )  # fmt: skip
    expected = pdflearn.simulate(rocksalt("Na", "Cl", 5.64), **USUAL)
    assert pdflearn.simulate(crystal, **USUAL).g == pytest.approx(expected.g, abs=1e-8)
