"""What clusters hold, and over which clusters the types are spread."""

import numpy as np
import pandas as pd

from pdflearn.clustering.algorithms import NOISE


def cluster_contents(index: pd.DataFrame, labels: np.ndarray, features: np.ndarray) -> pd.DataFrame:
    """What each cluster holds, the largest first, noise last.

    Parameters
    ----------
    index : DataFrame
        One row a pattern: label, crystal_system, name, nearest_neighbour (angstrom), diameter
        (angstrom; empty for bulk).
    labels : array (n,) of int
        The cluster of each pattern.
    features : array (n, m)
        What was clustered.

    Returns
    -------
    DataFrame
        cluster, patterns (how many), label (the most frequent one), share (of the patterns that
        carry it), others (the next three labels), crystal_systems (the first three),
        nearest_neighbour (median, angstrom), finite (share of patterns of particles), central
        (name of the pattern nearest to the mean), member (its row).
    """
    rows = []
    for cluster in np.unique(labels):
        members = np.flatnonzero(labels == cluster)
        patterns = index.iloc[members]
        types, systems = _counts(patterns["label"]), _counts(patterns["crystal_system"])
        distances = np.linalg.norm(features[members] - features[members].mean(axis=0), axis=1)
        central = members[distances.argmin()]
        rows.append(
            {
                "cluster": int(cluster),
                "patterns": len(members),
                "label": types.index[0],
                "share": round(float(types.iloc[0] / len(members)), 4),
                "others": ", ".join(f"{name} {n}" for name, n in types.iloc[1:4].items()),
                "crystal_systems": ", ".join(f"{name} {n}" for name, n in systems.iloc[:3].items()),
                "nearest_neighbour": round(float(patterns["nearest_neighbour"].median()), 3),
                "finite": round(float(patterns["diameter"].notna().mean()), 3),
                "central": index["name"].iloc[central],
                "member": int(central),
            }
        )
    table = pd.DataFrame(rows)
    order = table.assign(noise=table["cluster"] == NOISE)
    order = order.sort_values(["noise", "patterns", "cluster"], ascending=[True, False, True])
    return table.loc[order.index].reset_index(drop=True)


def _counts(values: pd.Series) -> pd.Series:
    """How often each value occurs, the most frequent first, equal ones in alphabetical order."""
    counts = values.value_counts(sort=False).sort_index()
    return counts.sort_values(ascending=False, kind="stable")


def clusters_of_types(y_true: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Over which clusters the patterns of each type are spread.

    Parameters
    ----------
    y_true : array (n,) of str
        The type of each pattern.
    labels : array (n,) of int
        Its cluster.

    Returns
    -------
    DataFrame
        structure_type, patterns (how many), clusters (over how many they are spread), cluster (the
        one that holds most of them), share (of them in that cluster), purity (share of that
        cluster's patterns that are of this type).

    Examples
    --------
    >>> types = np.array(["fcc", "fcc", "fcc", "hcp"])
    >>> clusters_of_types(types, np.array([0, 0, 1, 1]))
      structure_type  patterns  clusters  cluster   share  purity
    0            fcc         3         2        0  0.6667     1.0
    1            hcp         1         1        1  1.0000     0.5
    """
    table = pd.crosstab(y_true, labels)
    largest = table.idxmax(axis=1)
    rows = [
        {
            "structure_type": name,
            "patterns": int(row.sum()),
            "clusters": int((row > 0).sum()),
            "cluster": int(largest[name]),
            "share": round(float(row[largest[name]] / row.sum()), 4),
            "purity": round(float(row[largest[name]] / table[largest[name]].sum()), 4),
        }
        for name, row in table.iterrows()
    ]
    return pd.DataFrame(rows)
