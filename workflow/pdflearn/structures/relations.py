"""Relations of structure types: a type's parent and root, and simpler types that it may look like.

The parent of an ordered type is the type that is left when the ordering elements are not told
apart: fcc for L1_2. Standard library only: Snakemake reads this while it parses.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from pdflearn.core.errors import PdflearnError


class RelationError(PdflearnError):
    """A structure type that is its own ancestor."""


def root(structure_type: str, parents: Mapping[str, str]) -> str:
    """Follow the parents of a structure type to the last one.

    Parameters
    ----------
    structure_type : str
    parents : mapping
        structure_type -> parent; "" or missing without one.

    Returns
    -------
    str
        The type without a parent at the end; the type itself where it has none.

    Raises
    ------
    RelationError
        Where the parents go in a circle.

    Examples
    --------
    >>> root("kesterite", {"kesterite": "zincblende", "zincblende": "diamond"})
    'diamond'
    """
    line = [structure_type]
    while parent := parents.get(line[-1]):
        if parent in line:
            raise RelationError(f"its parents go in a circle: {' -> '.join([*line, parent])}")
        line.append(parent)
    return line[-1]


@dataclass(frozen=True)
class SimplerType:
    """A simpler structure type that another one may look like, and how.

    Attributes
    ----------
    name : str
    moved : bool
        Whether atoms leave their positions for those of the simpler type.
    groups : tuple of tuples of int
        Numbers of the sites (from 1, in the order of the type's table) that become one; a site in
        no group is left out.
    space_group_number, atoms : int
        Of the simpler type; atoms in its conventional cell (hexagonal for a rhombohedral lattice).
    """

    name: str
    moved: bool
    groups: tuple[tuple[int, ...], ...]
    space_group_number: int
    atoms: int

    @classmethod
    def parse(cls, text: str) -> list[Self]:
        """Read what `write` wrote."""
        simpler_types = []
        for word in text.split():
            way, number, atoms = word.split(":")
            name, moved, groups = split_way(way)
            simpler_types.append(cls(name, moved, groups, int(number), int(atoms)))
        return simpler_types

    @staticmethod
    def write(types: Iterable["SimplerType"]) -> str:
        """Types as one cell of a table."""
        return " ".join(
            f"{t.name}{'~' if t.moved else '='}"
            f"{'/'.join('+'.join(map(str, group)) for group in t.groups)}"
            f":{t.space_group_number}:{t.atoms}"
            for t in types
        )


def split_way(word: str) -> tuple[str, bool, tuple[tuple[int, ...], ...]]:
    """Read one entry of the library's column simpler_types, such as ``perovskite~1/2+3/4``.

    Returns name, whether atoms are moved (~), and the groups of sites. Raises ValueError.
    """
    match = re.fullmatch(r"(\w+)([=~])(\d+(?:\+\d+)*(?:/\d+(?:\+\d+)*)*)", word)
    if match is None:
        raise ValueError(
            f"simpler_types {word!r}: expected a type, = or ~, and groups of sites such as 1/2+3"
        )
    groups = tuple(tuple(map(int, group.split("+"))) for group in match[3].split("/"))
    return match[1], match[2] == "~", groups
