"""Which space groups are subgroups of which, by type."""

import csv
from functools import lru_cache
from pathlib import Path

import gemmi

from pdflearn.structures.errors import StructureError

RELATIONS = ("subgroup", "supergroup", "unrelated")


class Subgroups:
    """Subgroups of the 230 types of space groups, from the table of their maximal subgroups.

    A maximal subgroup keeps all translations and lowers the crystal class (translationengleiche),
    or keeps the class and loses translations (klassengleiche) [1]_. Every subgroup that keeps all
    translations is reached by steps of the first kind. By steps of both kinds 203 of the 230 types
    would be reached from F m -3 m alone, so that of the second kind only one step is taken.

    Parameters
    ----------
    table : str or Path
        A CSV file: number of a group, and the numbers of its maximal subgroups with blanks
        between.

    Raises
    ------
    StructureError
        The table does not hold the 230 groups.

    References
    ----------
    .. [1] C. Hermann, Z. Kristallogr. 69 (1929) 533.

    Examples
    --------
    >>> subgroups = Subgroups("resources/minerals/maximal_subgroups.csv")
    >>> subgroups.relation(true=225, predicted=139)  # I 4/m m m of F m -3 m
    'subgroup'
    >>> subgroups.relation(true=63, predicted=194)  # P 63/m m c of C m c m
    'supergroup'
    >>> subgroups.relation(true=62, predicted=194)  # P n m a loses translations of C m c m first
    'unrelated'
    """

    def __init__(self, table: str | Path) -> None:
        with open(table, encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        self._maximal = {
            int(row["number"]): {int(number) for number in row["maximal_subgroups"].split()}
            for row in rows
        }
        if sorted(self._maximal) != list(range(1, 231)):
            raise StructureError(
                f"{table}: {len(self._maximal)} space groups; expected a line for each of 1 to "
                "230: restore the file"
            )
        self._below = {number: self._find_below(number) for number in self._maximal}

    def with_all_translations(self, number: int) -> set[int]:
        """The types of the subgroups that keep all translations, the group itself among them."""
        reached, waiting = {number}, [number]
        while waiting:
            group = waiting.pop()
            for below in self._maximal[group]:
                if below not in reached and _crystal_class(below) != _crystal_class(group):
                    reached.add(below)
                    waiting.append(below)
        return reached

    def _find_below(self, number: int) -> set[int]:
        return (self.with_all_translations(number) | self._maximal[number]) - {number}

    def relation(self, true: int, predicted: int) -> str:
        """How a wrongly predicted space group is related to the true one.

        Parameters
        ----------
        true, predicted : int
            Numbers of two different groups.

        Returns
        -------
        {"subgroup", "supergroup", "unrelated"}
            What the predicted group is of the true one. Two types can be both of each other, such
            as C 2 and P 2: then "subgroup".
        """
        if predicted in self._below[true]:
            return "subgroup"
        return "supergroup" if true in self._below[predicted] else "unrelated"


@lru_cache(maxsize=230)
def _crystal_class(number: int) -> str:
    return gemmi.find_spacegroup_by_number(number).point_group_hm()
