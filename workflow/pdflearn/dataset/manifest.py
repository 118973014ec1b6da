"""Which structures there are: each one once, and taken from one shard."""

import numpy as np
import pandas as pd


def drop_duplicates(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each structure that can be used.

    Of a structure that was read twice the row with a structure type is kept, and among those the
    first by name of its file: the choice depends neither on the shards nor on their order.

    Parameters
    ----------
    rows : DataFrame
        Columns id, structure_type, file and any others; id is missing where the structure was
        rejected.

    Returns
    -------
    DataFrame
        Ordered by id, with an index from 0; without the rejected structures.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"id": ["b", "a", "a", None], "structure_type": ["hcp", "", "fcc", ""],
    ...      "file": ["Mg.cif", "1.cif", "Ni.cif", "bad.cif"]}
    ... )
    >>> drop_duplicates(rows)
      id structure_type    file
    0  a            fcc  Ni.cif
    1  b            hcp  Mg.cif
    """
    usable = rows[rows["id"].notna()].reset_index(drop=True)
    keys = usable[["id", "file"]].assign(unlabelled=usable["structure_type"].fillna("") == "")
    order = keys.sort_values(["id", "unlabelled", "file"]).index
    return usable.loc[order].drop_duplicates("id").reset_index(drop=True)


def owned_rows(rows: pd.DataFrame, shard_map: pd.DataFrame, shard: int) -> pd.Series:
    """Which rows of a shard are of structures that are taken from this shard.

    A structure that was read twice may stand in several shards; the map names one of them.

    Parameters
    ----------
    rows : DataFrame
        Column id; what the shard holds.
    shard_map : DataFrame
        Columns id and shard (its number).
    shard : int

    Returns
    -------
    Series of bool
    """
    return rows["id"].isin(shard_map.loc[shard_map["shard"] == shard, "id"])


def load_references(shard_map: pd.DataFrame, pattern_files: list[str]) -> dict[str, np.ndarray]:
    """Read the reference pattern of each structure that has one.

    Parameters
    ----------
    shard_map : DataFrame
        Columns id and shard (its number).
    pattern_files : list of str
        What the rule `simulate` wrote, one file a shard, in their order.

    Returns
    -------
    dict
        Id -> array (points,), G(r) in 1/angstrom^2 on the study's grid.
    """
    references: dict[str, np.ndarray] = {}
    for shard, file in enumerate(pattern_files):
        with np.load(file) as arrays:
            ids, patterns = pd.DataFrame({"id": arrays["reference_ids"]}), arrays["references"]
        keep = owned_rows(ids, shard_map, shard)
        references.update(zip(ids.loc[keep, "id"], patterns[keep], strict=True))
    return references
