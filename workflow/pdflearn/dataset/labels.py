"""Labels that follow from structure types: as a radiation shows them, and by their parents."""

import pandas as pd

from pdflearn.structures import relations
from pdflearn.structures.relations import SimplerType


def visible_types(index: pd.DataFrame, contrasts: pd.DataFrame, threshold: float) -> pd.Series:
    """The structure type as far as the radiation can show it.

    Parameters
    ----------
    index : DataFrame
        id, radiation, structure_type; one row for each pattern.
    contrasts : DataFrame
        id, radiation, simpler_type, position (0 for the simplest of the type's simpler types) and
        contrast (see `simulation.contrast.contrasts`).
    threshold : float
        Smallest contrast that can be seen, as a share of the pattern. Below it, a structure counts
        as the simplest type that it cannot be told from.

    Returns
    -------
    Series of str
        With the index of `index`.

    Examples
    --------
    X-rays hardly see that Cu and Zn of beta brass are ordered; neutrons do:

    >>> index = pd.DataFrame({
    ...     "id": ["CuZn", "CuZn"], "radiation": ["xray", "neutron"], "structure_type": "CsCl"
    ... })
    >>> contrasts = pd.DataFrame({
    ...     "id": ["CuZn", "CuZn"], "radiation": ["xray", "neutron"], "simpler_type": "bcc",
    ...     "position": 0, "contrast": [0.01, 0.2],
    ... })
    >>> visible_types(index, contrasts, threshold=0.05).tolist()
    ['bcc', 'CsCl']
    """
    keys = ["id", "radiation"]
    unseen = contrasts[contrasts["contrast"] < threshold]
    simplest = (
        unseen.sort_values([*keys, "position"])
        .drop_duplicates(keys)
        .set_index(keys)["simpler_type"]
    )
    types = simplest.reindex(pd.MultiIndex.from_frame(index[keys])).to_numpy()
    return index["structure_type"].where(pd.isna(types), pd.Series(types, index=index.index))


def types_as_seen(index: pd.DataFrame) -> pd.Series:
    """Both labels in one: the type, and the type that it looks like where the two differ.

    Parameters
    ----------
    index : DataFrame
        structure_type, visible_type; one row for each pattern.

    Examples
    --------
    >>> types = {"structure_type": ["CsCl", "CsCl"], "visible_type": ["CsCl", "bcc"]}
    >>> types_as_seen(pd.DataFrame(types)).tolist()
    ['CsCl', 'CsCl seen as bcc']
    """
    structure_type, visible = index["structure_type"], index["visible_type"]
    return structure_type.where(structure_type == visible, structure_type + " seen as " + visible)


def root_types(split: pd.DataFrame) -> dict[str, str]:
    """For every structure type the last of its line of parents; itself where it has none.

    Parameters
    ----------
    split : DataFrame
        structure_type, parent ("" where it has none).
    """
    types = split[["structure_type", "parent"]].drop_duplicates("structure_type", keep="last")
    parents = dict(zip(types["structure_type"], types["parent"].fillna(""), strict=True))
    names = {*parents, *parents.values()} - {""}
    return {name: relations.root(name, parents) for name in names}


def types_by_elements(split: pd.DataFrame, visible: bool) -> dict[int, set[str]]:
    """For each number of elements the types of the structures that have so many.

    Parameters
    ----------
    split : DataFrame
        n_elements, structure_type, simpler_types (as `SimplerType.write` writes them).
    visible : bool
        Whether to add the simpler types that such structures may look like.
    """
    types: dict[int, set[str]] = {}
    columns = split[["n_elements", "structure_type", "simpler_types"]].drop_duplicates()
    for n_elements, structure_type, simpler in columns.fillna("").itertuples(index=False):
        names = [entry.name for entry in SimplerType.parse(simpler)] if visible else []
        types.setdefault(int(n_elements), set()).update([structure_type, *names])
    return types
