"""Who learns and who is kept for the end: groups of structures, the vault, folds."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold


def similar_pairs(
    patterns: np.ndarray, nearest: np.ndarray, correlation: float, stretch: float
) -> list[tuple[int, int]]:
    """Pairs of structures with nearly the same pattern: alike in shape and in scale.

    Parameters
    ----------
    patterns : array (n, points)
        One pattern a structure, all with the same settings.
    nearest : array (n,)
        Shortest distance of each structure in angstrom.
    correlation : float
        Pearson's correlation from which two patterns count as the same.
    stretch : float
        How far the shortest distances may differ (relative) to be compared at all.
    """
    unit = patterns - patterns.mean(axis=1, keepdims=True)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    order = np.argsort(nearest, kind="stable")
    pairs = []
    for place, i in enumerate(order):
        last = np.searchsorted(nearest[order], nearest[i] * (1 + stretch), side="right")
        others = order[place + 1 : last]
        for j in others[unit[others] @ unit[i] >= correlation]:
            pairs.append((int(i), int(j)))
    return pairs


def join_groups(
    families: pd.Series, pairs: list[tuple[int, int]], hypothetical: pd.Series | None = None
) -> pd.Series:
    """Merge families that share a near-duplicate; a group takes the alphabetically first name.

    Parameters
    ----------
    families : Series of str
    pairs : list of (int, int)
        Near-duplicates, by place.
    hypothetical : Series of bool, optional
        Structures that are never tested. They merge no groups, or many of them would join all that
        lie between; each follows the one group that it belongs to by family or pattern. One that
        belongs to several has no place on either side: its group is "".
    """
    made = (
        np.zeros(len(families), bool) if hypothetical is None else hypothetical.to_numpy(dtype=bool)
    )
    parent = {family: family for family in families}

    def root(family: str) -> str:
        while parent[family] != family:
            family = parent[family]
        return family

    for i, j in pairs:
        if not (made[i] or made[j]):
            first, second = sorted((root(families.iloc[i]), root(families.iloc[j])))
            parent[second] = first
    groups = families.map(root)
    tested = set(families[~made])
    near: dict[int, set[str]] = {
        i: {groups.iloc[i]} & tested for i in np.flatnonzero(made).tolist()
    }
    for i, j in pairs:
        if made[i] != made[j]:
            one, other = (i, j) if made[i] else (j, i)
            near[one].add(groups.iloc[other])
    for i, touched in near.items():
        if touched:
            groups.iloc[i] = touched.pop() if len(touched) == 1 else ""
    return groups


def split(manifest: pd.DataFrame, settings: dict[str, Any], seed: int) -> pd.DataFrame:
    """Give a subset and a fold to every structure; a group stays together.

    Real structures of types with enough groups go, stratified by type, to the vault (about
    `vault`) or to development, whose `folds` take turns as validation: these are tested. All
    others are learned from and test nothing: hypothetical structures, and types with too few
    groups to stand on both sides. They follow their group, and are left out where that is in the
    vault or where they belong to several (group "").

    Parameters
    ----------
    manifest : DataFrame
        id, structure_type, group, origin, structure_kind.
    settings : dict
        The `split` section of the config: vault (fraction), folds, min_groups.
    seed : int

    Returns
    -------
    DataFrame
        The manifest's rows with subset ("development", "vault", "left_out"), fold, evaluated and
        reason.
    """
    table = manifest.sort_values("id", kind="stable").reset_index(drop=True)
    table["subset"], table["fold"], table["reason"] = "development", -1, ""
    real = table["origin"].isin(["real", "user"]) | (table["structure_kind"] == "cluster")
    groups = table[real].groupby("structure_type")["group"].nunique()
    enough = groups.index[groups >= settings["min_groups"]]
    table["evaluated"] = real & table["structure_type"].isin(enough)
    chosen = table.index[table["evaluated"]]
    if len(chosen) == 0:
        raise ValueError(
            f"no structure type has split.min_groups = {settings['min_groups']} groups: "
            "add structures, or lower split.min_groups in config.yaml"
        )
    n_parts = max(2, round(1 / settings["vault"]))
    rest, vault = next(_folds(table.loc[chosen], n_parts, seed))
    table.loc[chosen[vault], "subset"] = "vault"
    development = chosen[rest]
    for fold, (_, members) in enumerate(_folds(table.loc[development], settings["folds"], seed)):
        table.loc[development[members], "fold"] = fold
    place = table.loc[chosen].drop_duplicates("group").set_index("group")[["subset", "fold"]]
    others = table.index[~table["evaluated"] & table["group"].isin(place.index)]
    table.loc[others, ["subset", "fold"]] = place.loc[table.loc[others, "group"]].to_numpy()
    table["fold"] = table["fold"].astype(int)
    few = real & ~table["evaluated"]
    table.loc[few, "reason"] = (
        f"learned from, not tested: its type has fewer than {settings['min_groups']} groups"
    )
    in_vault = ~table["evaluated"] & (table["subset"] == "vault")
    table.loc[in_vault, ["subset", "fold"]] = ["left_out", -1]
    table.loc[in_vault, "reason"] = "tests nothing, and its group is in the vault"
    several = table["group"] == ""
    table.loc[several, ["subset", "fold"]] = ["left_out", -1]
    table.loc[several, "reason"] = "tests nothing, and is close to structures of several groups"
    return table


def _folds(table: pd.DataFrame, n: int, seed: int) -> Any:
    splitter = StratifiedGroupKFold(n, shuffle=True, random_state=seed)
    return splitter.split(table["id"], table["structure_type"], table["group"])


def closest_across(table: pd.DataFrame, patterns: np.ndarray) -> pd.DataFrame:
    """For every structure of the vault the most similar one of development.

    Parameters
    ----------
    table : DataFrame
        Rows of `split`, in the order of the patterns.
    patterns : array (n, points)
        One pattern a structure, all with the same settings.

    Returns
    -------
    DataFrame
        vault_id, vault_name, development_id, development_name, same_type, correlation (Pearson).
    """
    unit = patterns - patterns.mean(axis=1, keepdims=True)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    vault = np.flatnonzero(table["subset"] == "vault")
    development = np.flatnonzero(table["subset"] == "development")
    correlation = unit[vault] @ unit[development].T
    closest = development[correlation.argmax(axis=1)]
    left, right = table.iloc[vault], table.iloc[closest]
    return pd.DataFrame(
        {
            "vault_id": left["id"].to_numpy(),
            "vault_name": left["name"].to_numpy(),
            "development_id": right["id"].to_numpy(),
            "development_name": right["name"].to_numpy(),
            "same_type": left["structure_type"].to_numpy() == right["structure_type"].to_numpy(),
            "correlation": correlation.max(axis=1).round(4),
        }
    )
