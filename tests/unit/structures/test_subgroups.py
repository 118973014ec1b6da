from pathlib import Path

import numpy as np
import pytest
import spglib

from pdflearn.structures.errors import StructureError
from pdflearn.structures.subgroups import Subgroups

TABLE = Path(__file__).parents[3] / "resources" / "minerals" / "maximal_subgroups.csv"
# A Hall number of the group of each number.
HALL = {spglib.get_spacegroup_type(hall).number: hall for hall in range(530, 0, -1)}


@pytest.fixture(scope="module")
def subgroups():
    return Subgroups(TABLE)


def enumerated(number):
    """Types of all subgroups that keep the translations: every set of rotations that is a group."""
    operations = spglib.get_symmetry_from_database(HALL[number])
    keys = [tuple(rotation.ravel()) for rotation in operations["rotations"]]
    rotations = sorted(set(keys))
    place = {rotation: i for i, rotation in enumerate(rotations)}
    matrices = [np.array(rotation).reshape(3, 3) for rotation in rotations]
    product = [[place[tuple((a @ b).ravel())] for b in matrices] for a in matrices]

    def closed(members):
        while True:
            larger = members | {product[a][b] for a in members for b in members}
            if larger == members:
                return frozenset(members)
            members = larger

    groups = {closed(frozenset([i])) for i in range(len(rotations))}
    while True:
        new = {closed(a | b) for a in groups for b in groups} - groups
        if not new:
            break
        groups |= new
    types = set()
    for group in groups:
        kept = [i for i, key in enumerate(keys) if place[key] in group]
        found = spglib.get_spacegroup_type_from_symmetry(
            operations["rotations"][kept], operations["translations"][kept]
        )
        types.add(found.number)
    return types


@pytest.mark.parametrize("number", [2, 14, 15, 62, 63, 88, 136, 141, 148, 167, 176, 194, 205])
def test_subgroups_with_all_translations_are_those_that_can_be_enumerated(subgroups, number):
    assert subgroups.with_all_translations(number) == enumerated(number)


@pytest.mark.parametrize(
    ("true", "predicted", "relation"),
    [
        (225, 139, "subgroup"),  # rock salt strained along an axis
        (139, 225, "supergroup"),
        (221, 123, "subgroup"),
        (221, 127, "unrelated"),  # translations lost, then the class lowered: two steps
        (225, 221, "subgroup"),  # the centring is lost
        (62, 14, "subgroup"),
        (194, 225, "unrelated"),  # hexagonal and cubic close packing
    ],
)
def test_relations(subgroups, true, predicted, relation):
    assert subgroups.relation(true, predicted) == relation


def test_a_table_with_groups_missing_is_refused(tmp_path):
    table = tmp_path / "maximal_subgroups.csv"
    table.write_text("number,maximal_subgroups\n1,1\n2,1 2\n")
    with pytest.raises(StructureError, match="a line for each of 1 to 230"):
        Subgroups(table)
