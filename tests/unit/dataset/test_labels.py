"""Labels of patterns: types as a radiation shows them, and parents."""

import pandas as pd

from pdflearn.dataset.labels import (
    root_types,
    types_as_seen,
    types_by_elements,
    visible_types,
)
from pdflearn.structures.relations import SimplerType


def test_visible_type_is_the_simplest_that_cannot_be_told_from():
    index = pd.DataFrame(
        {
            "id": ["a", "a", "b", "c"],
            "radiation": ["xray", "neutron", "xray", "xray"],
            "structure_type": ["half_heusler", "half_heusler", "L1_2", "fcc"],
        }
    )
    contrasts = pd.DataFrame(
        [
            ("a", "xray", 0, "diamond", 0.5),
            ("a", "xray", 1, "zincblende", 0.1),
            ("a", "xray", 2, "fluorite", 0.05),
            ("a", "neutron", 0, "diamond", 0.5),
            ("b", "xray", 0, "fcc", 0.2),
        ],
        columns=["id", "radiation", "position", "simpler_type", "contrast"],
    )
    found = visible_types(index, contrasts, 0.2)
    assert list(found) == ["zincblende", "half_heusler", "L1_2", "fcc"]


def test_types_as_seen_hold_both_labels():
    index = pd.DataFrame({"structure_type": ["L1_2", "L1_2"], "visible_type": ["L1_2", "fcc"]})
    assert list(types_as_seen(index)) == ["L1_2", "L1_2 seen as fcc"]


def test_roots_follow_the_line_of_parents():
    table = pd.DataFrame(
        {
            "structure_type": ["L1_2", "fcc", "kesterite", "zincblende"],
            "parent": ["fcc", "", "zincblende", "diamond"],
        }
    )
    roots = root_types(table)
    assert roots["kesterite"] == roots["zincblende"] == roots["diamond"] == "diamond"
    assert roots["L1_2"] == "fcc"


def test_the_number_of_elements_leaves_the_types_that_have_it_and_what_they_look_like():
    simpler = [
        SimplerType("fcc", False, ((1, 2),), 225, 4),
        SimplerType("perovskite", True, ((1,), (2, 3)), 221, 5),
    ]
    table = pd.DataFrame(
        {
            "n_elements": [1, 2, 2],
            "structure_type": ["bcc", "L1_2", "rocksalt"],
            "simpler_types": ["", SimplerType.write(simpler), None],
        }
    )
    assert types_by_elements(table, False) == {1: {"bcc"}, 2: {"L1_2", "rocksalt"}}
    assert types_by_elements(table, True)[2] == {"L1_2", "rocksalt", "fcc", "perovskite"}
