"""Structure files in every format and dialect that people have them in."""

import gzip

import pytest
from structure_files import EXTXYZ, NICKEL, OXIDE, PDB, POSCAR, STRU, XYZ, read

from pdflearn.simulation.scatterers import Scatterers
from pdflearn.structures.reader import read_structures
from pdflearn.structures.structure import StructureError, describe


@pytest.mark.parametrize(
    ("name", "text", "formula", "space_group", "atoms"),
    [
        ("Ni.cif", NICKEL, "Ni", 225, 4),
        ("NiO.cif", OXIDE, "NiO", 225, 8),
        ("POSCAR", POSCAR, "MgO", 225, 8),
        ("MgO.vasp", POSCAR, "MgO", 225, 8),
        ("Ni.stru", STRU, "Ni", 225, 4),
        ("Au.xyz", XYZ, "Au", 0, 2),
        ("Fe.extxyz", EXTXYZ, "Fe", 229, 2),
        ("Ni.pdb", PDB, "Ni", 225, 4),
        ("unnamed", NICKEL, "Ni", 225, 4),
        ("crlf.cif", NICKEL.replace("\n", "\r\n"), "Ni", 225, 4),
        ("latin.cif", NICKEL.encode().replace(b"data_nickel", b"# \xe9\xfc\ndata_x"), "Ni", 225, 4),
        ("packed.cif.gz", gzip.compress(NICKEL.encode()), "Ni", 225, 4),
    ],
)
def test_formats(tmp_path, name, text, formula, space_group, atoms):
    structure = read(tmp_path, text, name)
    row = describe(structure)
    assert (row["formula"], row["space_group_number"], row["atoms"]) == (
        formula,
        space_group,
        atoms,
    )
    assert structure.periodic == (space_group > 0)
    assert len(structure.orbits) == atoms


POSCAR_4 = "\n".join(["Mg O", *POSCAR.split("\n")[1:5], *POSCAR.split("\n")[6:]])

DISCUS = """title silicon
spcgr Fd-3m:2
cell 5.43, 5.43, 5.43, 90.0, 90.0, 90.0
atoms
SI 0.125 0.125 0.125 0.5
"""

ASYMMETRIC_PDB = """CRYST1    3.520    3.520    3.520  90.00  90.00  90.00 F m -3 m
ATOM      1 NI    NI     1       0.000   0.000   0.000  1.00  0.40          NI
END
"""

MMCIF = """data_m
_CELL.length_a 4.21
_cell.length_b 4.21
_cell.length_c 4.21(1)
_space_group.name_H-M_alt 'F m -3 m'
loop_
_atom_site.id
_atom_site.type_symbol
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
1 MG 0 0 0
2 O 2.105 0 0
"""

MAGNETIC = """data_m
_cell_length_a 4.44
_cell_length_b 4.44
_cell_length_c 4.44
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_magn.name_BNS "C_c 2/c"
loop_
_space_group_symop_magn_operation.id
_space_group_symop_magn_operation.xyz
1 x,y,z,+1
2 -x,-y,-z,+1
loop_
_space_group_symop_magn_centering.id
_space_group_symop_magn_centering.xyz
1 x,y,z,+1
2 x,y+1/2,z+1/2,-1
3 x+1/2,y,z+1/2,+1
4 x+1/2,y+1/2,z,-1
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Mn1 Mn 0 0 0
O1 O 1/2 1/2 1/2
"""

WATER = "3\nwater energy=-3.1\no 0 0 0\nh1 0.96 0 0\n1 -0.24 0.93 0\n"


@pytest.mark.parametrize(
    ("name", "text", "formula", "space_group", "atoms"),
    [
        ("POSCAR", POSCAR_4, "MgO", 225, 8),
        ("si.stru", DISCUS, "Si", 227, 8),
        ("ni.ent", ASYMMETRIC_PDB, "Ni", 225, 4),
        ("mm.cif", MMCIF, "MgO", 225, 8),
        ("MnO.mcif", MAGNETIC, "MnO", 225, 8),
        ("water.xyz", WATER, "H2O", 0, 3),
    ],
)
def test_dialects(tmp_path, name, text, formula, space_group, atoms):
    row = describe(read(tmp_path, text, name))
    assert (row["formula"], row["space_group_number"], row["atoms"]) == (
        formula, space_group, atoms,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xyz", "2\n\nCU 0 0 0\nNI 0 0 2.5\n"),
        ("a.xyz", "2\n\n29 0 0 0\nNi12 0 0 2.5\n"),
        ("a.extxyz", "2\nProperties=species:S:1:pos:R:3\nCU 0 0 0\nNI2 0 0 2.5\n"),
        ("a.extxyz", "2\nProperties=pos:R:3:species:S:1\n0 0 0 Cu1\n0 0 2.5 ni\n"),
        ("POSCAR", POSCAR.replace("Mg O\n", "CU NI\n")),
    ],
)
def test_names_of_atoms_are_symbols(tmp_path, name, text):
    assert set(read(tmp_path, text, name).composition) == {"Cu", "Ni"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xyz", "2\n\n{0} 0 0 0\n{1} 0 0 2.5\n"),
        ("a.extxyz", "2\nProperties=species:S:1:pos:R:3\n{0} 0 0 0\n{1} 0 0 2.5\n"),
        ("POSCAR", POSCAR.replace("Mg O\n", "{0} {1}\n")),
    ],
)
def test_isotopes_keep_their_length(tmp_path, name, text):
    """D and 7Li scatter neutrons as themselves, and X-rays as all hydrogen and lithium."""
    found = read(tmp_path, text.format("7Li", "D"), name)
    neutrons, xrays = (Scatterers(found, kind, None) for kind in ("neutron", "xray"))
    assert neutrons.species == ("2H", "7Li")
    assert neutrons.lengths == pytest.approx([6.67, -2.22], abs=0.07)
    assert xrays.species == ("H", "Li")
    assert describe(found)["formula"] == "LiH"


@pytest.mark.parametrize("symbol", ["OW", "Xx", "X", "CuNi", "Q1"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xyz", "2\n\n{} 0 0 0\nNi 0 0 2.5\n"),
        ("a.extxyz", "2\nProperties=species:S:1:pos:R:3\n{} 0 0 0\nNi 0 0 2.5\n"),
        ("POSCAR", POSCAR.replace("Mg O\n", "{} O\n")),
    ],
)
def test_names_that_are_no_symbols_are_refused(tmp_path, name, text, symbol):
    with pytest.raises(StructureError, match=f"'{symbol}' names no element"):
        read(tmp_path, text.format(symbol), name)


def test_a_site_that_elements_share_in_xyz(tmp_path):
    found = read(tmp_path, "1\n\nNb0.8Zr0.2 0 0 0\n", "a.xyz")
    assert found.composition == {"Nb": 0.8, "Zr": 0.2}
    with pytest.raises(StructureError, match="one element a site"):
        read(tmp_path, POSCAR.replace("Mg O\n", "Mg0.5Zn0.5 O\n"), "POSCAR")


def test_frames_of_extended_xyz_with_isotopes(tmp_path):
    frame = "2\nProperties=species:S:1:pos:R:3\n{} 0 0 0\nH 0 0 0.75\n"
    path = tmp_path / "two.extxyz"
    path.write_text(frame.format("D") + frame.format("H"))
    found = [structure.composition for _, structure in read_structures(path)]
    assert found == [{"D": 1.0, "H": 1.0}, {"H": 2.0}]
