"""Groups of related structures, and the splits that keep more and more of them together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from pdflearn.dataset.split import SplitError
from pdflearn.structures.formula import composition_pattern

# What stays on one side of each split, from the least to the most strict.
SPLITS = {
    "random": "pattern",
    "compound": "compound",
    "formula_type": "formula_type",
    "structure_type": "structure_type",
}


def joined(names: Sequence[pd.Series]) -> np.ndarray:
    """Number the groups of rows that share a name, in whatever column and by way of other rows.

    Parameters
    ----------
    names : sequence of Series (n,) of str
        Each a kind of name; "" is no name.

    Returns
    -------
    array of int (n,)
        The group of each row, numbered in the order of their first rows.

    Examples
    --------
    >>> mineral = pd.Series(["halite", "", "halite", ""])
    >>> formula = pd.Series(["NaCl", "NaCl", "KNaCl2", "MgO"])
    >>> joined([mineral, formula])
    array([0, 0, 0, 1])
    """
    n, rows, columns, offset = len(names[0]), [], [], len(names[0])
    for kind in names:
        given = (kind != "").to_numpy()
        codes, unique = pd.factorize(kind[given])
        rows.append(np.flatnonzero(given))
        columns.append(offset + codes)
        offset += len(unique)
    row, column = np.concatenate(rows), np.concatenate(columns)
    graph = coo_array((np.ones(len(row)), (row, column)), shape=(offset, offset))
    return pd.factorize(connected_components(graph, directed=False)[1][:n])[0]


def with_relatives(structures: pd.DataFrame) -> pd.DataFrame:
    """Add to structures the groups that splits keep together.

    Parameters
    ----------
    structures : DataFrame
        mineral ("" for none), formula, space_group_number, prototype; one row a structure.

    Returns
    -------
    DataFrame
        With three columns more. compound: all data of a mineral, or of a formula, polymorphs
        included. formula_type: the same prototype and composition pattern, so that members of a
        solid solution differ. structure_type: within a space group all that share the prototype,
        the mineral or the formula, so that two descriptions of one structure (with split sites, or
        with water located in one alone) stay together.

    Examples
    --------
    >>> structures = pd.DataFrame({
    ...     "mineral": ["Halite", "Periclase", "Quartz"], "formula": ["NaCl", "MgO", "SiO2"],
    ...     "space_group_number": [225, 225, 154], "prototype": ["225:1|1", "225:1|1", "154:1|2"],
    ... })
    >>> with_relatives(structures).iloc[:, -3:].to_numpy().tolist()
    [[0, 0, 0], [1, 0, 0], [2, 1, 1]]
    """
    mineral, formula = structures["mineral"], structures["formula"]
    group = structures["space_group_number"].astype(str)
    in_group = [names.where(names == "", names + " " + group) for names in (mineral, formula)]
    return structures.assign(
        compound=joined([mineral, formula]),
        formula_type=joined([structures["prototype"] + " " + formula.map(composition_pattern)]),
        structure_type=joined([structures["prototype"], *in_group]),
    )


def commonest(labels: pd.Series, n: int) -> list[str]:
    """The n commonest labels; of equally common ones the first by name. "" is no label.

    Examples
    --------
    >>> commonest(pd.Series(["c", "b", "a", "b", ""]), 2)
    ['b', 'a']
    """
    counts = labels[labels != ""].value_counts().sort_index()
    return counts.sort_values(ascending=False, kind="stable").index[:n].tolist()


def divide(
    patterns: pd.DataFrame, split: str, n_folds: int, seed: int, label: str = "space_group"
) -> np.ndarray:
    """Divide patterns into a test set and folds; nothing that a split keeps together is divided.

    Parameters
    ----------
    patterns : DataFrame
        id (of the structure), radiation, the label and the columns of `with_relatives`; one row
        for each pattern. Draws of a structure with one radiation count as one pattern.
    split : str
        A name of `SPLITS`.
    n_folds : int
        Folds beside the test set, all of about one size.
    seed : int
    label : str
        What the parts are stratified by, as far as the groups allow.

    Returns
    -------
    array of int (n,)
        -1 for the test set, else the fold.

    Raises
    ------
    SplitError
        No label has a pattern for each part.
    """
    most = patterns[label].value_counts().max()
    if most <= n_folds:
        raise SplitError(
            f"the commonest {label} has {most} patterns, for {n_folds} folds and a test set: read "
            "more structures (minerals.entries), or lower minerals.folds"
        )
    kept = SPLITS[split]
    pattern = patterns["id"] + " " + patterns["radiation"]
    names = pattern if kept == "pattern" else patterns[kept]
    groups = pd.factorize(names)[0]
    splitter = StratifiedGroupKFold(n_folds + 1, shuffle=True, random_state=seed)
    part = np.empty(len(patterns), dtype=int)
    parts = splitter.split(patterns["id"], patterns[label], groups)
    for fold, (_, members) in enumerate(parts):
        part[members] = fold - 1
    return part


def part_of_labelled(
    patterns: pd.DataFrame, label: str, split: str, n_classes: int, n_folds: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Which patterns have one of the commonest labels, and the part of each of these.

    Parameters
    ----------
    patterns, label, split, n_folds, seed
        See `divide`.
    n_classes : int
        So many of the commonest labels of structures are kept.

    Returns
    -------
    kept : array of bool (n,)
    part : array of int (kept,)
        See `divide`.
    """
    kept = patterns[label].isin(commonest(patterns.drop_duplicates("id")[label], n_classes))
    kept = kept.to_numpy()
    return kept, divide(patterns[kept].reset_index(drop=True), split, n_folds, seed, label)


def never_tested(
    patterns: pd.DataFrame, splits: Sequence[str], n_classes: int, n_folds: int, seed: int
) -> set[str]:
    """The structures none of whose patterns is in the test set of any split by space group.

    Parameters
    ----------
    patterns, n_classes, n_folds, seed
        See `part_of_labelled`.
    splits : sequence of str

    Returns
    -------
    set of str
        Their ids. Structures of other groups than the commonest are among them.
    """
    tested: set[str] = set()
    for split in splits:
        kept, part = part_of_labelled(patterns, "space_group", split, n_classes, n_folds, seed)
        tested |= set(patterns["id"][kept][part < 0])
    return set(patterns["id"]) - tested
