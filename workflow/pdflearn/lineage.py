"""Which structure types are relatives: each may have a parent, a simpler type of the same kind."""

from collections.abc import Mapping


class LineageError(ValueError):
    """A type that is its own ancestor."""


def root(structure_type: str, parents: Mapping[str, str]) -> str:
    """The type at the end of a type's line of parents; itself without one.

    Parameters
    ----------
    structure_type : str
    parents : mapping
        structure_type -> parent; "" or missing without one.

    Raises
    ------
    LineageError
        Where the line leads back into itself.
    """
    line = [structure_type]
    while parent := parents.get(line[-1]):
        if parent in line:
            raise LineageError(f"its parents go in a circle: {' -> '.join([*line, parent])}")
        line.append(parent)
    return line[-1]
