"""The symmetry that a file states: operators, names of space groups, open origins."""

import re

import gemmi
import numpy as np
import pytest
from structure_files import NICKEL, OXIDE, read

from pdflearn.structures.structure import StructureError, describe
from pdflearn.structures.symmetry import readings


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


ALONE = "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nloop_\n_atom_site_label"


def with_operators(text, operators):
    listed = "loop_\n_symmetry_equiv_pos_as_xyz\n" + "\n".join(f"'{o}'" for o in operators)
    return text.replace("loop_\n_atom_site_label", f"{listed}\nloop_\n_atom_site_label")


def nameless(text):
    return text.replace("_space_group_IT_number", "_unknown")


@pytest.mark.parametrize("name", ["F m -3 m", "Fm3m", "F 4/m -3 2/m", "F m 3bar m"])
def test_identity_alone_beside_a_known_symbol(tmp_path, name):
    text = nameless(OXIDE).replace("F m -3 m", name)
    found = read(tmp_path, text.replace("loop_\n_atom_site_label", ALONE))
    assert found.composition == {"Ni": 4.0, "O": 4.0}
    assert "x,y,z is the only operator listed; those of F m -3 m are taken" in found.warnings


@pytest.mark.parametrize("name", ["Q 17", "F m -3 m (a-b,a+b,c)", "P 3 m", "cubic"])
def test_identity_alone_beside_an_unknown_name_is_refused(tmp_path, name):
    text = nameless(OXIDE).replace("F m -3 m", name)
    with pytest.raises(StructureError, match="x,y,z is the only") as caught:
        read(tmp_path, text.replace("loop_\n_atom_site_label", ALONE))
    assert repr(name) in str(caught.value)
    with pytest.raises(StructureError, match="no symmetry operators and the space group"):
        read(tmp_path, text)


@pytest.mark.parametrize("name", ["?", ".", "unknown", "P 1", "P1"])
def test_identity_alone_beside_no_name(tmp_path, name):
    text = nameless(OXIDE).replace("'F m -3 m'", f"'{name}'")
    found = read(tmp_path, text.replace("loop_\n_atom_site_label", ALONE))
    assert len(found) == 2
    assert not any("operator" in words for words in found.warnings)


def test_a_number_beside_an_unknown_name_is_taken_and_said(tmp_path):
    found = read(tmp_path, OXIDE.replace("F m -3 m", "Q 17"))
    assert len(found) == 8
    alone = OXIDE.replace("F m -3 m", "Q 17").replace("loop_\n_atom_site_label", ALONE)
    for doubts in (found.warnings, read(tmp_path, alone).warnings):
        assert any("'Q 17', which is in no table: F m -3 m is taken" in words for words in doubts)


@pytest.mark.parametrize("tag", [
    "_space_group_name_H-M_ref", "_space_group.name_H-M_ref", "_space_group_name_H-M",
    "_space_group_name_H-M_full", "_symmetry.space_group_name_H-M",
])  # fmt: skip
def test_tags_of_names(tmp_path, tag):
    text = nameless(OXIDE).replace("_space_group_name_H-M_alt", tag)
    assert len(read(tmp_path, text)) == 8


@pytest.mark.parametrize(("code", "x"), [("1", 0.0), ("2", 0.125)])
def test_the_code_of_a_setting_tells_the_origin(tmp_path, code, x):
    text = nameless(NICKEL).replace("F m -3 m", "F d -3 m").replace("3.52", "5.43")
    text = text.replace("Ni1 Ni 0 0 0", f"Ni1 Ni {x} {x} {x}")
    assert len(read(tmp_path, f"{text}\n_space_group_IT_coordinate_system_code {code}\n")) == 8


@pytest.mark.parametrize("write", [
    lambda operator: operator.triplet(),
    lambda operator: operator.triplet().upper().replace(",", " , "),
    lambda operator: operator.triplet().replace("1/2", "0.5").replace("1/3", ".3333"),
    lambda operator: operator.triplet().replace("-", "\u2212"),
    lambda operator: operator.triplet().replace("x", "x1").replace("y", "x2").replace("z", "x3"),
    lambda operator: ",".join(
        "+".join(f"{r}/{operator.DEN}{axis}" for r, axis in zip(row, "xyz", strict=True) if r)
        .replace("+-", "-") + (f"+{t}/{operator.DEN}" if t else "")
        for row, t in zip(operator.rot, operator.tran, strict=True)
    ),
])  # fmt: skip
@pytest.mark.parametrize("name", ["F m -3 m", "P 63/m m c", "R -3 c:H", "P 41 21 2"])
def test_operators_in_every_way_that_files_write_them(write, name):
    """Decimals, coefficients, capitals, other minus signs, axes with numbers: the same group."""
    operators = list(gemmi.SpaceGroup(name).operations())
    cell = gemmi.UnitCell(5, 5, 5, 90, 90, 90)
    tag = "_symmetry_equiv_pos_as_xyz"
    (plain,) = readings({tag: [operator.triplet() for operator in operators]}, cell)
    (found,) = readings({tag: [write(operator) for operator in operators]}, cell)
    np.testing.assert_allclose(found.rotations, plain.rotations)
    np.testing.assert_allclose(found.shifts % 1, plain.shifts % 1, atol=1e-3)


def test_operators_on_other_axes_than_the_lattice_s(tmp_path):
    """Hexagonal nickel oxide on orthohexagonal axes: halves among the coefficients."""
    group = gemmi.SpaceGroup("P 63/m m c").operations()
    change = gemmi.Op("x-y/2,y/2,z")  # a, a + 2 b, c
    operators = []
    for operator in group:
        moved = change * operator * change.inverse()
        shifts = ((0, 0), (0.5, 0.5))
        for dx, dy in shifts:
            tran = [moved.tran[0] / 24 + dx, moved.tran[1] / 24 + dy, moved.tran[2] / 24]
            rows = [[r / moved.DEN for r in row] for row in moved.rot]
            operators.append(
                ",".join(
                    "".join(f"{r:+g}*{axis}" for r, axis in zip(row, "xyz", strict=True) if r)
                    + f"{t:+.4f}"
                    for row, t in zip(rows, tran, strict=True)
                )
            )
    cell = {"a": 2.5, "b": 2.5 * np.sqrt(3), "c": 4.1}
    text = "data_hcp\n" + "".join(f"_cell_length_{k} {v}\n" for k, v in cell.items())
    text += "loop_\n_atom_site_label\n" + "".join(f"_atom_site_fract_{k}\n" for k in "xyz")
    found = read(tmp_path, with_operators(text + "Co1 0 0.333333 0.25\n", operators))
    assert len(found) == 4
    assert describe(found)["space_group_number"] == 194
    with pytest.raises(StructureError, match="no group"):
        read(tmp_path, with_operators(text + "Co1 0 0.333333 0.25\n", operators[:-1]))


@pytest.mark.parametrize("listed", ["", "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n"])
@pytest.mark.parametrize("x", [0.0, 0.125])
def test_the_formula_and_z_tell_an_open_origin(tmp_path, listed, x):
    text = nameless(NICKEL).replace("F m -3 m", "F d -3 m").replace("3.52", "5.43")
    text = text.replace("Ni1 Ni 0 0 0", f"Ni1 Ni {x} {x} {x}")
    text = re.sub(r"(_cell_formula_units_Z +)4\n", rf"\g<1>8\n{listed}", text)
    assert len(read(tmp_path, text)) == 8


def test_a_list_may_leave_the_identity_out(tmp_path):
    text = nameless(OXIDE).replace("F m -3 m", "?").replace("'Ni O'", "'Ni O2'")
    text = text.replace("O1 O2- 0.5 0.5 0.5", "O1 O .2 .3 .4")
    assert len(read(tmp_path, with_operators(text, ["-x,-y,-z"]))) == 3


@pytest.mark.parametrize("operator", ["x,y", "x,y,q", "x4,y,z", "1/2,,z"])
def test_what_is_no_operator_is_named(tmp_path, operator):
    with pytest.raises(StructureError, match="is no operator") as caught:
        read(tmp_path, with_operators(nameless(OXIDE), ["x,y,z", operator]))
    assert operator in str(caught.value)
