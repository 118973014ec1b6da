"""The container: checked, named by content, described, stored."""

import numpy as np
import pytest
from crystals import FCC, rocksalt
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.structures import checks
from pdflearn.structures.structure import (
    describe,
    identity,
    load_structures,
    make_structure,
    save_structures,
    symmetry_dataset,
)

CUBE = (4.21, 4.21, 4.21, 90, 90, 90)


def test_magnesium_oxide_is_described_as_the_handbooks_do():
    row = describe(rocksalt())
    assert row["formula"] == "MgO"
    assert row["elements"] == "Mg-O"
    assert (row["space_group"], row["space_group_number"]) == ("F m -3 m", 225)
    assert (row["crystal_system"], row["structure_kind"], row["atoms"]) == ("cubic", "crystal", 8)
    assert row["nearest_neighbour"] == pytest.approx(4.21 / 2)
    assert row["volume_per_atom"] == pytest.approx(4.21**3 / 8)
    assert checks.check(rocksalt(), "Mg O") == []


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.permutations(range(8)), st.lists(st.integers(-3, 3), min_size=3, max_size=3))
def test_identity_knows_neither_order_nor_cell_shift(order, shift):
    reference = rocksalt()
    symbols = [reference[i].element for i in order]
    xyz = np.array([reference[i].xyz for i in order]) + shift
    assert identity(make_structure(CUBE, symbols, xyz)) == identity(reference)


def test_identity_differs_with_content():
    names = {
        identity(s)
        for s in (
            rocksalt(),
            rocksalt(a=4.22),
            rocksalt("Mn"),
            make_structure(CUBE, ["Mg"], FCC[:1]),
        )
    }
    assert len(names) == 4


def test_mixed_sites_count_as_one_kind():
    xyz = np.vstack([FCC, FCC])
    mixed = make_structure(CUBE, ["Cu"] * 4 + ["Ni"] * 4, xyz, occupancy=[0.3] * 4 + [0.7] * 4)
    row = describe(mixed)
    assert row["space_group_number"] == 225
    assert row["formula"] == "Ni7Cu3"
    assert row["nearest_neighbour"] == pytest.approx(4.21 / np.sqrt(2))
    assert checks.check(mixed) == []


def test_a_cell_that_spglib_refuses_has_no_symmetry():
    assert symmetry_dataset((np.eye(3), [[0, 0, 0]], [1]), 1e-3).number == 221
    assert symmetry_dataset((np.eye(3), [[0, 0, 0], [0, 0, 1e-9]], [1, 1]), 1e-3) is None


def test_a_cluster_has_no_space_group():
    pair = make_structure(None, ["Au"] * 2, [[0, 0, 0], [2.7, 0, 0]])
    row = describe(pair)
    assert (row["structure_kind"], row["space_group_number"]) == ("cluster", 0)
    assert row["nearest_neighbour"] == pytest.approx(2.7)


def test_structures_come_back_with_everything(tmp_path):
    tensor = np.diag([0.01, 0.02, 0.03])
    first = make_structure(
        CUBE, ["Mg", "D"], FCC[:2], occupancy=[0.5, 1.0], u=[0.004, tensor], title="ü, <b>",
        orbits=[0, 0],
    )  # fmt: skip
    first.warnings = ["odd"]
    path = tmp_path / "s.parquet"
    save_structures(path, {"a": first, "b": rocksalt()})
    again = load_structures(path)
    assert list(again) == ["a", "b"]
    assert identity(again["a"]) == identity(first)
    assert again["a"].title == first.title
    assert list(again["a"].orbits) == [0, 0]
    assert again["a"].warnings == ["odd"]
    assert [atom.anisotropy for atom in again["a"]] == [False, True]
    content = path.read_bytes()
    save_structures(path, {"a": first, "b": rocksalt()})
    assert path.read_bytes() == content
    save_structures(path, {})
    assert load_structures(path) == {}


def test_isotopes_are_kept_and_counted_as_their_element(tmp_path):
    """The identity and the file tell 7Li from Li; formula and elements do not."""
    salts = {
        f"{metal}{other}": make_structure(CUBE, [metal] * 4 + [other] * 4, [*FCC, *(FCC + 0.5)])
        for metal in ("Li", "7Li")
        for other in ("H", "D")
    }
    assert len({identity(salt) for salt in salts.values()}) == 4
    path = tmp_path / "s.parquet"
    save_structures(path, salts)
    for name, salt in load_structures(path).items():
        assert identity(salt) == identity(salts[name])
        row = describe(salt)
        assert (row["formula"], row["elements"], row["n_elements"]) == ("LiH", "H-Li", 2)
        assert checks.check(salt, "Li H") == []
