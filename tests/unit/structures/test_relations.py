"""Parents and simpler types of structure types."""

import pytest

from pdflearn.structures import relations
from pdflearn.structures.relations import SimplerType


def test_the_root_is_at_the_end_of_the_line_of_parents():
    parents = {"kesterite": "zincblende", "zincblende": "diamond", "fcc": ""}
    assert relations.root("kesterite", parents) == "diamond"
    assert relations.root("fcc", parents) == "fcc"
    assert relations.root("unknown", parents) == "unknown"


def test_a_circle_of_parents_is_named():
    with pytest.raises(relations.RelationError, match="b -> c -> b"):
        relations.root("a", {"a": "b", "b": "c", "c": "b"})


def test_simpler_types_come_back_from_a_cell_of_a_table():
    types = [
        SimplerType("fcc", False, ((1, 2),), 225, 4),
        SimplerType("perovskite", True, ((1,), (2, 3)), 221, 5),
    ]
    text = SimplerType.write(types)
    assert text == "fcc=1+2:225:4 perovskite~1/2+3:221:5"
    assert SimplerType.parse(text) == types
    assert SimplerType.parse("") == []


@pytest.mark.parametrize("word", ["fcc", "fcc:1", "fcc=", "fcc=a", "fcc=1/", "=1"])
def test_what_is_no_relation_is_refused(word):
    with pytest.raises(ValueError, match="expected a type, = or ~"):
        relations.split_way(word)
