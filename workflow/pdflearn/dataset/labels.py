"""The rows of the dataset: that nothing leaks across the split, and what each is labelled."""

import pandas as pd

from pdflearn.core.errors import PdflearnError
from pdflearn.structures import relations
from pdflearn.structures.relations import SimplerType

SUBSETS = ("development", "vault")


class LeakageError(PdflearnError):
    """A group of structures that belong together stands on both sides of the split."""


def check_leakage(table: pd.DataFrame) -> None:
    """Raise LeakageError, naming the groups, where one stands in two subsets or in two folds."""
    used = table[table["subset"].isin(SUBSETS)]
    for column, words in (("subset", "subsets of the split"), ("fold", "folds")):
        sides = used.groupby("group")[column].nunique()
        crossing = sorted(sides.index[sides > 1])
        if crossing:
            shown = ", ".join(crossing[:5]) + (" ..." if len(crossing) > 5 else "")
            raise LeakageError(
                f"{len(crossing)} group(s) stand in two {words}: {shown}. The same compound "
                "would be learned from and tested on. Do not edit results/dataset/split.csv; "
                "delete it and run again"
            )


def visible_types(index: pd.DataFrame, contrasts: pd.DataFrame, threshold: float) -> pd.Series:
    """The structure type as far as the radiation can show it.

    Parameters
    ----------
    index : DataFrame
        id, radiation, structure_type; one row a pattern.
    contrasts : DataFrame
        id, radiation, position (0: the simplest of the type's), simpler_type, contrast (see
        `simulation.contrast.contrasts`).
    threshold : float
        What makes less than this share of a pattern cannot be seen: the structure counts as the
        simplest type that it cannot be told from.
    """
    place = ["id", "radiation"]
    unseen = contrasts[contrasts["contrast"] < threshold]
    simplest = (
        unseen.sort_values([*place, "position"])
        .drop_duplicates(place)
        .set_index(place)["simpler_type"]
    )
    found = simplest.reindex(pd.MultiIndex.from_frame(index[place])).to_numpy()
    return index["structure_type"].where(pd.isna(found), pd.Series(found, index=index.index))


def types_as_seen(index: pd.DataFrame) -> pd.Series:
    """Both labels in one: the type, and what it counts as where the radiation cannot show it.

    Parameters
    ----------
    index : DataFrame
        structure_type, visible_type; one row a pattern.
    """
    plain, visible = index["structure_type"], index["visible_type"]
    return plain.where(plain == visible, plain + " seen as " + visible)


def root_types(split: pd.DataFrame) -> dict[str, str]:
    """For every structure type the one at the end of its line of parents: itself without one.

    Parameters
    ----------
    split : DataFrame
        structure_type, parent ("" without one).
    """
    parents = dict(zip(split["structure_type"], split["parent"].fillna(""), strict=True))
    names = {*parents, *parents.values()} - {""}
    return {name: relations.root(name, parents) for name in names}


def types_by_elements(split: pd.DataFrame, visible: bool) -> dict[int, set[str]]:
    """For each number of elements the types that structures with so many have.

    Parameters
    ----------
    split : DataFrame
        n_elements, structure_type, simpler_types (as `SimplerType.write` writes them).
    visible : bool
        Also the simpler types that such structures may look like.
    """
    found: dict[int, set[str]] = {}
    columns = split[["n_elements", "structure_type", "simpler_types"]].drop_duplicates()
    for n, kind, simpler in columns.fillna("").itertuples(index=False):
        names = [other.name for other in SimplerType.parse(simpler)] if visible else []
        found.setdefault(int(n), set()).update([kind, *names])
    return found
