"""Texts of structure files that several tests read."""

from pathlib import Path

import numpy as np

from pdflearn.structures import reader

NICKEL = (Path(__file__).parent / "data" / "study" / "Ni_fcc.cif").read_text()
OXIDE = NICKEL.replace("'Ni'", "'Ni O'") + "O1 O2- 0.5 0.5 0.5 0.006\n"
POSCAR = "MgO\n1.0\n4.21 0 0\n0 4.21 0\n0 0 4.21\nMg O\n4 4\nDirect\n" + "\n".join(
    f"{x} {y} {z}"
    for offset in (0, 0.5)
    for x, y, z in np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) + offset
)
STRU = """title  nickel
format pdffit
scale   1.000000
cell    3.52, 3.52, 3.52, 90.0, 90.0, 90.0
ncell   1, 1, 1, 4
atoms
""" + "\n".join(
    f"NI {x} {y} {z} 1.0\n 0 0 0 0\n 0.004 0.004 0.004\n 0 0 0\n 0 0 0\n 0 0 0"
    for x, y, z in ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0))
)
XYZ = "2\ngold pair\nAu 0 0 0\nAu 2.7 0 0\n"
EXTXYZ = (
    '2\nLattice="2.87 0 0 0 2.87 0 0 0 2.87" Properties=species:S:1:pos:R:3 pbc="T T T"\n'
    "Fe 0 0 0\nFe 1.435 1.435 1.435\n"
)
PDB = """CRYST1    3.520    3.520    3.520  90.00  90.00  90.00 P 1
ATOM      1 NI    NI     1       0.000   0.000   0.000  1.00  0.00          NI
ATOM      2 NI    NI     1       0.000   1.760   1.760  1.00  0.00          NI
ATOM      3 NI    NI     1       1.760   0.000   1.760  1.00  0.00          NI
ATOM      4 NI    NI     1       1.760   1.760   0.000  1.00  0.00          NI
END
"""


def read(tmp_path, text, name="a.cif"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return reader.read_structure(path)
