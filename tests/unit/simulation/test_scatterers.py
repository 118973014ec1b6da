"""Atoms as arrays: species, scattering lengths, orbits and displacements."""

import numpy as np
import pytest
from diffpy.structure import Structure
from scattering_cases import cluster, fcc, fluorite, perovskite, rocksalt, rutile

from pdflearn.simulation.pairs import partial_table
from pdflearn.simulation.scatterers import Scatterers, is_periodic, scatterer_label
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.elements import clean_symbol, neutron_length
from pdflearn.structures.reader import read_structure


def test_species_lengths_and_shares_of_ceria():
    atoms = Scatterers(fluorite("Ce", "O", 5.411), "xray", None)
    assert atoms.species == ("Ce", "O")
    assert atoms.lengths == pytest.approx([58, 8], abs=0.1)
    assert atoms.fraction == pytest.approx([1 / 3, 2 / 3])
    assert atoms.n_atoms == 12
    assert atoms.volume == pytest.approx(5.411**3)
    assert np.bincount(atoms.species_index).tolist() == [4, 8]


def test_partials_are_numbered_as_pairs_are_and_weighted_as_faber_and_ziman_do():
    structure = rocksalt("Na", "Cl", 5.64)
    structure[0].occupancy = 0.5
    atoms = Scatterers(structure, "neutron", None)
    a, b = atoms.pairs
    assert partial_table(2)[a, b].tolist() == [0, 1, 2]
    assert atoms.share.sum() == pytest.approx(1.0)
    # the weights of a random arrangement add up to one
    assert atoms.share @ atoms.coefficients == pytest.approx(1.0)


def test_atoms_of_no_occupancy_are_left_out():
    structure = rocksalt("Na", "Cl", 5.64)
    for atom in structure[:4]:
        atom.occupancy = 0.0
    atoms = Scatterers(structure, "xray", None)
    assert atoms.species == ("Cl",)
    assert len(atoms.frac) == len(atoms.displacements()) == 4


def test_isotopes_differ_for_neutrons_and_charges_for_nobody():
    assert scatterer_label("D", "xray") == scatterer_label("H", "xray") == "H"
    assert scatterer_label("D", "neutron") != scatterer_label("H", "neutron")
    assert scatterer_label("Na+", "xray") == scatterer_label("Na", "neutron") == "Na"


def test_what_is_periodic():
    assert is_periodic(fcc("Ni", 3.524))
    molecule = cluster(["Au"], [(0, 0, 0)])
    assert not is_periodic(molecule)
    molecule.periodic = True
    assert is_periodic(molecule)


def test_orbits_are_those_of_the_structure_or_of_translations():
    structure = fluorite("Ce", "O", 5.411)
    labels = Scatterers(structure, "xray", None).orbits(None)
    # face centring alone leaves two sets of oxygen apart
    assert len(set(labels)) == 3
    structure.orbits = np.repeat([7, 9], [4, 8])
    known = Scatterers(structure, "xray", None)
    assert known.orbits(None).tolist() == [0] * 4 + [1] * 8
    assert len(set(known.orbits(None, (0, 0, 1)))) == 2


def test_orbits_that_a_strain_breaks_are_not_kept():
    structure = perovskite("Sr", "Ti", "O", 3.905)
    structure.orbits = np.array([0, 1, 2, 2, 2])
    atoms = Scatterers(structure, "xray", None)
    assert atoms.orbits(None).tolist() == [0, 1, 2, 2, 2]
    # along c one oxygen atom has other neighbours than the two others
    assert len(set(atoms.orbits(None, (0, 0, 2)))) == 5


def test_displacements_are_cartesian():
    structure = Structure(rutile("Ti", "O", 4.5937, 2.9587, 0.3053))
    structure[0].anisotropy = True
    structure[0].U = np.diag([0.002, 0.003, 0.011])
    tensors = Scatterers(structure, "xray", None).displacements()
    assert tensors[0] == pytest.approx(np.diag([0.002, 0.003, 0.011]))
    assert tensors[1] == pytest.approx(0.005 * np.eye(3))


@pytest.mark.parametrize("isotope", ["7Li", "6Li", "11B", "62Ni", "D"])
def test_isotopes_of_a_file_reach_g_of_neutrons_alone(tmp_path, isotope):
    """From the type symbols of a CIF to G(r): the isotope's length for neutrons, not for X-rays."""
    element = clean_symbol(isotope)
    head = "data_a\n" + "".join(f"_cell_length_{axis} 4.07\n" for axis in "abc")
    head += "_space_group_name_H-M_alt 'F m -3 m'\nloop_\n_atom_site_label\n"
    head += "_atom_site_type_symbol\n" + "".join(f"_atom_site_fract_{axis}\n" for axis in "xyz")
    curves = {}
    for symbol in (isotope, element):
        path = tmp_path / f"{symbol}.cif"
        path.write_text(f"{head}A1 {symbol} 0 0 0\nF1 F .5 .5 .5\n")
        structure = read_structure(path)
        for radiation in ("xray", "neutron"):
            curves[symbol, radiation] = simulate_pdf(structure, radiation=radiation, r_max=8.0)[1]
        lengths = dict(
            zip(
                *[
                    getattr(Scatterers(structure, "neutron", None), name)
                    for name in ("species", "lengths")
                ],
                strict=True,
            )
        )
        assert lengths["2H" if symbol == "D" else symbol] == neutron_length(symbol)
    np.testing.assert_array_equal(curves[isotope, "xray"], curves[element, "xray"])
    assert np.abs(curves[isotope, "neutron"] - curves[element, "neutron"]).max() > 0.01
