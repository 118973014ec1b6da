"""PDFfit's and DISCUS' files: origins, occupancies, vacancies, isotopes, molecules."""

import numpy as np
import pytest
from structure_files import read

from pdflearn.simulation.scatterers import Scatterers
from pdflearn.structures.cif_writer import write_cif
from pdflearn.structures.stru_writer import write_stru
from pdflearn.structures.structure import StructureError

DISCUS = """title silicon
spcgr {group}
cell 5.431, 5.431, 5.431, 90.0, 90.0, 90.0
{atoms}
"""
SILICON = "atoms\nSI {x} {x} {x} 0.5"


@pytest.mark.parametrize(
    ("group", "x"),
    [
        ("Fd-3m, 2", 0.125), ("Fd-3m,2", 0.125), ("F d -3 m , 2", 0.125), ("Fd-3m:2", 0.125),
        ("Fd-3m, 1", 0.0), ("F 41/d -3 2/m, 1", 0.0),
    ],
)  # fmt: skip
def test_origins_of_discus(tmp_path, group, x):
    text = DISCUS.format(group=group, atoms=SILICON.format(x=x))
    assert read(tmp_path, text, "si.stru").composition == {"Si": 8.0}


def test_a_group_that_no_table_knows_is_refused_by_its_name(tmp_path):
    text = DISCUS.format(group="Q17", atoms=SILICON.format(x=0))
    with pytest.raises(StructureError, match="'Q17', which is in no table"):
        read(tmp_path, text, "si.stru")


@pytest.mark.parametrize(
    "atoms",
    [
        # the eighth number, whether the line `atoms` says so or not
        "atoms\nSI 0, 0, 0, 0.5, 1, 0, 0, 0.75\nGE 0, 0, 0, 0.5, 1, 0, 0, 0.25",
        "atoms      x,       y,     z,    Biso,    Property,  MoleNo,  MoleAt,   Occ\n"
        "SI 0, 0, 0, 0.5, 1, 0, 0, 0.75\nGE 0, 0, 0, 0.5, 1, 0, 0, 0.25",
        "atoms x, y, z, Biso, Property, MoleNo, MoleAt, Occ, St, Sh, Sk, Sl\n"
        "SI 0, 0, 0, 0.5, 1, 0, 0, 0.75, _, 0, 0, 0\nGE 0, 0, 0, 0.5, 1, 0, 0, 0.25, _, 0, 0, 0",
        "atoms x, y, z, Biso, Occ\nSI 0 0 0 0.5 0.75\nGE 0 0 0 0.5 0.25",
    ],
)
def test_occupancies_of_discus(tmp_path, atoms):
    found = read(tmp_path, DISCUS.format(group="Fd-3m, 1", atoms=atoms), "si.stru")
    assert found.composition == {"Si": 6.0, "Ge": 2.0}
    whole = read(tmp_path, DISCUS.format(group="P1, 1", atoms=atoms), "si.stru")
    assert whole.composition == {"Si": 0.75, "Ge": 0.25}


def test_what_follows_the_coordinates_is_no_occupancy(tmp_path):
    atoms = "atoms x, y, z, Biso, Property, MoleNo, MoleAt\nSI 0, 0, 0, 0.5, 1, 0, 0"
    assert read(tmp_path, DISCUS.format(group="P1", atoms=atoms), "a.stru").composition == {"Si": 1}


def test_vacancies_are_left_out_and_said(tmp_path):
    atoms = "atoms\nSI 0 0 0 0.5\nVOID 0.5 0.5 0.5 0.5\nSI .5 0 0 .5 1 0 0 0.0"
    found = read(tmp_path, DISCUS.format(group="P1", atoms=atoms), "a.stru")
    assert found.composition == {"Si": 1.0}
    assert [words.split(" is left out")[0] for words in found.warnings[:2]] == [
        "an atom Void of occupancy 1",
        "an atom Si of occupancy 0",
    ]


PDFFIT = """title  molecule
format pdffit
scale   1.000000
spcgr   P1
cell    {a},  {a},  {a}, 90.000000, 90.000000, 90.000000
ncell           1,         1,         1,         2
atoms
{one} 0.0 0.0 0.0 1.0
 0 0 0 0.0
 0.005 0.005 0.005
 0 0 0
 0 0 0
 0 0 0
{two} 0.0 0.0 {z} 1.0
 0 0 0 0.0
 0.006 0.006 0.009
 0 0 0
 0 0 0
 0 0 0
"""


@pytest.mark.parametrize("one", ["1.0", "1.000000", "1"])
def test_a_cell_of_one_angstrom_is_none(tmp_path, one):
    """Of a CIF, an extended XYZ and a .stru: the coordinates are in angstrom."""
    text = PDFFIT.format(a=one, one="AU", two="AU", z=2.8)
    stru = read(tmp_path, text, "au.stru")
    lattice = " ".join(["1 0 0", "0 1 0", "0 0 1"])
    extxyz = f'2\nLattice="{lattice}" Properties=species:S:1:pos:R:3\nAu 0 0 0\nAu 0 0 2.8\n'
    for found in (
        stru, read(tmp_path, extxyz, "au.extxyz"),
        # a cluster is written with this cell
        read(tmp_path, write_cif(stru, "au")), read(tmp_path, write_stru(stru), "b.stru"),
    ):  # fmt: skip
        assert not found.periodic
        assert np.ptp([atom.xyz_cartn[2] for atom in found]) == pytest.approx(2.8)
        assert not Scatterers(found, "xray", None).periodic


def test_isotopes_and_capitals(tmp_path):
    found = read(tmp_path, PDFFIT.format(a=1, one="7LI", two="D", z=2.0), "a.stru")
    assert Scatterers(found, "neutron", None).species == ("2H", "7Li")
    found = read(tmp_path, PDFFIT.format(a=1, one="CO", two="NI2+", z=2.4), "a.stru")
    assert found.composition == {"Co": 1.0, "Ni": 1.0}
    with pytest.raises(StructureError, match="'Xy' names no element"):
        read(tmp_path, PDFFIT.format(a=1, one="XY", two="NI", z=2.4), "a.stru")


def test_what_cannot_be_read_is_named_with_its_line(tmp_path):
    text = PDFFIT.format(a=1, one="AU", two="AU", z=2.8)
    with pytest.raises(StructureError, match="as a file of PDFfit: 6: .*export it as CIF"):
        read(tmp_path, text.replace("ncell           1", "ncell           x"), "a.stru")
    with pytest.raises(StructureError, match="as a file of DISCUS: 4: .*'generator'"):
        read(tmp_path, DISCUS.format(group="P1", atoms="generator 1\natoms\nSI 0 0 0 1"), "a.stru")
