"""Group-wise split into development, with its folds, and the vault, which is opened last."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

from pdflearn.core.errors import PdflearnError


class SplitError(PdflearnError):
    """The structures cannot be split as the config asks."""


def similar_pairs(
    patterns: np.ndarray, nearest: np.ndarray, correlation: float, stretch: float
) -> list[tuple[int, int]]:
    """Near-duplicates: pairs of structures whose patterns agree in shape and in scale.

    Parameters
    ----------
    patterns : array (n, points)
        One pattern for each structure, all simulated with the same parameters.
    nearest : array (n,)
        Shortest distance in each structure, in angstrom.
    correlation : float
        Pearson's correlation from which two patterns count as the same.
    stretch : float
        Largest relative difference of the shortest distances of a pair.

    Returns
    -------
    list of (int, int)
        Indices of the two structures.

    See Also
    --------
    join_groups : Joins their families.

    Examples
    --------
    >>> r = np.linspace(1.0, 20.0, 200)
    >>> patterns = np.array([np.sin(3.0 * r), np.sin(3.0 * r) + 0.01, np.sin(3.5 * r)])
    >>> similar_pairs(patterns, np.array([2.0, 2.001, 2.0]), correlation=0.99, stretch=0.005)
    [(0, 1)]
    """
    unit = patterns - patterns.mean(axis=1, keepdims=True)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    order = np.argsort(nearest, kind="stable")
    nearest, unit = nearest[order], unit[order]
    ends = np.searchsorted(nearest, nearest * (1 + stretch), side="right")
    pairs = []
    for i, end in enumerate(ends):
        similar = np.flatnonzero(unit[i + 1 : end] @ unit[i] >= correlation)
        pairs += [(int(order[i]), int(j)) for j in order[i + 1 + similar]]
    return pairs


def join_groups(
    families: pd.Series, pairs: list[tuple[int, int]], hypothetical: pd.Series | None = None
) -> pd.Series:
    """Groups for the split: families that share a near-duplicate are joined.

    Parameters
    ----------
    families : Series of str
        One family (such as a chemical system) for each structure.
    pairs : list of (int, int)
        Near-duplicates, by index; see `similar_pairs`.
    hypothetical : Series of bool, optional
        Structures that are never evaluated; by default there are none. They join no groups, or
        many of them would join all groups that lie between. Each takes the one group that it
        belongs to by its family or its pattern. One that belongs to several groups fits on
        neither side of the split: its group is "".

    Returns
    -------
    Series of str
        The group of each structure, named after its alphabetically first family.

    Examples
    --------
    >>> join_groups(pd.Series(["Ni-O", "Co-O", "Cu"]), pairs=[(0, 1)]).tolist()
    ['Co-O', 'Co-O', 'Cu']
    """
    follows = (
        np.zeros(len(families), bool) if hypothetical is None else hypothetical.to_numpy(dtype=bool)
    )
    parent = {family: family for family in families}

    def root(family: str) -> str:
        while parent[family] != family:
            family = parent[family]
        return family

    names = families.tolist()
    for i, j in pairs:
        if not (follows[i] or follows[j]):
            first, second = sorted((root(names[i]), root(names[j])))
            parent[second] = first
    groups = [root(name) for name in names]
    evaluated = set(families[~follows])
    touched: dict[int, set[str]] = {
        i: {groups[i]} & evaluated for i in np.flatnonzero(follows).tolist()
    }
    for i, j in pairs:
        if follows[i] != follows[j]:
            follower, leader = (i, j) if follows[i] else (j, i)
            touched[follower].add(groups[leader])
    for i, leaders in touched.items():
        if leaders:
            groups[i] = leaders.pop() if len(leaders) == 1 else ""
    return pd.Series(groups, index=families.index, name=families.name, dtype=families.dtype)


def split_structures(structures: pd.DataFrame, settings: dict[str, Any], seed: int) -> pd.DataFrame:
    """Give a subset and a fold to every structure; a group stays together.

    Real structures of types with enough groups are evaluated: stratified by type, they go to the
    vault or to development, whose folds take turns as validation. All others are learned from and
    never evaluated: hypothetical structures, and types with too few groups to stand on both sides.
    They follow their group, and are left out where it is in the vault or where they belong to
    several groups (group "").

    Parameters
    ----------
    structures : DataFrame
        id, structure_type, group, origin, structure_kind; one row for each structure.
    settings : dict
        The `split` section of the config: vault (fraction), folds, min_groups.
    seed : int

    Returns
    -------
    DataFrame
        The rows, ordered by id, with subset ("development", "vault", "left_out"), fold (-1 where
        a structure validates nothing), evaluated, and reason where it is not evaluated.

    Raises
    ------
    SplitError
        Where no type has enough groups.

    See Also
    --------
    join_groups : Makes the groups.
    pdflearn.dataset.leakage.check_leakage : Checks the result.

    Examples
    --------
    >>> structures = pd.DataFrame({
    ...     "id": [f"s{i:02d}" for i in range(20)],
    ...     "structure_type": ["rocksalt", "fcc"] * 10,
    ...     "group": [f"g{i // 2}" for i in range(20)],
    ...     "origin": "real",
    ...     "structure_kind": "crystal",
    ... })
    >>> settings = {"vault": 0.2, "folds": 4, "min_groups": 5}
    >>> table = split_structures(structures, settings, seed=0)
    >>> table["subset"].value_counts().to_dict()
    {'development': 16, 'vault': 4}
    >>> int(table.groupby("group")["subset"].nunique().max())
    1
    """
    table = structures.sort_values("id", kind="stable").reset_index(drop=True)
    table["subset"], table["fold"], table["reason"] = "development", -1, ""
    real = table["origin"].isin(["real", "user"]) | (table["structure_kind"] == "cluster")
    n_groups = table[real].groupby("structure_type")["group"].nunique()
    enough = n_groups.index[n_groups >= settings["min_groups"]]
    table["evaluated"] = real & table["structure_type"].isin(enough)
    evaluated = table.index[table["evaluated"]]
    if len(evaluated) == 0:
        raise SplitError(
            f"no structure type has split.min_groups = {settings['min_groups']} groups: "
            "add structures, or lower split.min_groups in config.yaml"
        )
    n_parts = max(2, round(1 / settings["vault"]))
    rest, vault = next(_folds(table.loc[evaluated], n_parts, seed))
    table.loc[evaluated[vault], "subset"] = "vault"
    development = evaluated[rest]
    for fold, (_, members) in enumerate(_folds(table.loc[development], settings["folds"], seed)):
        table.loc[development[members], "fold"] = fold
    sides = table.loc[evaluated].drop_duplicates("group").set_index("group")[["subset", "fold"]]
    followers = table.index[~table["evaluated"] & table["group"].isin(sides.index)]
    table.loc[followers, ["subset", "fold"]] = sides.loc[table.loc[followers, "group"]].to_numpy()
    table["fold"] = table["fold"].astype(int)
    few = real & ~table["evaluated"]
    table.loc[few, "reason"] = (
        f"learned from, not evaluated: its type has fewer than {settings['min_groups']} groups"
    )
    in_vault = ~table["evaluated"] & (table["subset"] == "vault")
    table.loc[in_vault, ["subset", "fold"]] = ["left_out", -1]
    table.loc[in_vault, "reason"] = "not evaluated, and its group is in the vault"
    several = table["group"] == ""
    table.loc[several, ["subset", "fold"]] = ["left_out", -1]
    table.loc[several, "reason"] = "not evaluated, and close to structures of several groups"
    return table


def _folds(table: pd.DataFrame, n: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The two sides of n divisions that keep groups together, stratified by structure type."""
    splitter = StratifiedGroupKFold(n, shuffle=True, random_state=seed)
    return splitter.split(table["id"], table["structure_type"], table["group"])
