"""Wrong space groups: are they subgroups or supergroups of the true ones, more than by chance?"""

import numpy as np
import pandas as pd

from pdflearn.structures.subgroups import RELATIONS, Subgroups


def error_relations(
    true: np.ndarray,
    predicted: np.ndarray,
    frequencies: dict[int, float],
    subgroups: Subgroups,
) -> pd.DataFrame:
    """Count how the wrong first guesses are related to the true groups.

    Parameters
    ----------
    true, predicted : array of int (n,)
        Numbers of space groups.
    frequencies : dict
        Number of a group -> how often it is in training.
    subgroups : Subgroups

    Returns
    -------
    DataFrame
        relation (see `RELATIONS`), n, share (of the errors), by_chance: the share where each wrong
        guess is any other group, as often as that is in training.

    Examples
    --------
    >>> subgroups = Subgroups("resources/minerals/maximal_subgroups.csv")
    >>> frequencies = {225: 8.0, 221: 1.0, 62: 1.0}
    >>> table = error_relations(
    ...     np.array([225, 225, 62]), np.array([225, 221, 225]), frequencies, subgroups
    ... )
    >>> table[["relation", "share"]].to_numpy().tolist()
    [['subgroup', 0.5], ['supergroup', 0.0], ['unrelated', 0.5]]
    >>> table["by_chance"].tolist()
    [0.25, 0.0, 0.75]
    """
    wrong = true != predicted
    relations = [
        subgroups.relation(int(a), int(b))
        for a, b in zip(true[wrong], predicted[wrong], strict=True)
    ]
    chance = dict.fromkeys(RELATIONS, 0.0)
    for group in true[wrong].tolist():
        others = {other: n for other, n in frequencies.items() if other != group}
        total = sum(others.values())
        for other, n in others.items():
            chance[subgroups.relation(group, other)] += n / total
    n_wrong = max(int(wrong.sum()), 1)
    return pd.DataFrame(
        {
            "relation": relation,
            "n": relations.count(relation),
            "share": relations.count(relation) / n_wrong,
            "by_chance": chance[relation] / n_wrong,
        }
        for relation in RELATIONS
    )
