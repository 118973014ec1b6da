"""The symmetry that a file states: operators, names of space groups, open origins."""

import gemmi
import numpy as np
import pytest
from structure_files import NICKEL, OXIDE, read

from pdflearn.structures.structure import StructureError


def test_operators_listed_in_the_file_go_before_the_name(tmp_path):
    listed = NICKEL.replace(
        "loop_\n_atom_site_label",
        "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nx,y+1/2,z+1/2\nx+1/2,y,z+1/2\nx+1/2,y+1/2,z\n"
        "loop_\n_atom_site_label",
    ).replace("F m -3 m", "A wrong name")
    assert len(read(tmp_path, listed)) == 4


def test_operators_that_are_no_group(tmp_path):
    """With a name the named group is taken, and said; without one the list is refused."""
    operators = [op.triplet() for op in gemmi.SpaceGroup("F m -3 m").operations()]
    listed = "loop_\n_symmetry_equiv_pos_as_xyz\n" + "\n".join(operators[:150]) + "\n"
    text = OXIDE.replace("loop_\n_atom_site_label", listed + "loop_\n_atom_site_label")
    found = read(tmp_path, text)
    assert len(found) == 8
    assert "no group" in found.warnings[0]
    nameless = text.replace("_space_group_name_H-M_alt", "_unknown").replace(
        "_space_group_IT_number", "_unknown_too"
    )
    with pytest.raises(StructureError, match="150 symmetry operators listed are no group"):
        read(tmp_path, nameless)


def test_all_atoms_listed_beside_the_name_of_their_group(tmp_path):
    atoms = "".join(
        f"{s}{i} {s} {x} {y} {z} 0.005\n"
        for s, o in (("Ni", 0.0), ("O", 0.5))
        for i, (x, y, z) in enumerate(
            np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) + o
        )
    )
    text = OXIDE[: OXIDE.index("Ni1 Ni")] + atoms
    text = text.replace(
        "loop_\n_atom_site_label",
        "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nloop_\n_atom_site_label",
    )
    found = read(tmp_path, text)
    assert len(found) == 8
    assert found.warnings == ["all atoms of the cell are listed; taken as P 1"]
