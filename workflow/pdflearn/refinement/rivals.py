"""Rival models of a series side by side: which one each curve asks for, and where that changes.

A model with more parameters always fits better. So models are compared by the Bayesian information
criterion [1]_ over the independent points of a curve,

    BIC = n ln Rw^2 + p ln n

with n independent points and p refined parameters; the lower one is the better model, and a
difference of six is strong evidence [2]_.

References
----------
.. [1] G. Schwarz, Ann. Statist. 6 (1978) 461.
.. [2] R. E. Kass and A. E. Raftery, J. Am. Stat. Assoc. 90 (1995) 773.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pdflearn.measured.observation import Observation
from pdflearn.refinement.series import FrameFit

DECIDED = 6.0  # a difference of the criterion that is strong evidence, see [2]


@dataclass(frozen=True)
class Crossing:
    """Where the best model of a series changes.

    Attributes
    ----------
    before, after : str
        Names of the models.
    last, first : float
        The last x for which `before` is clearly the better one, and the first one for which `after`
        is.
    x : float
        Where both are equally good, between these.
    stderr : float
        Standard error of x.
    """

    before: str
    after: str
    last: float
    first: float
    x: float
    stderr: float


def criterion(frame: FrameFit, observation: Observation | None) -> float:
    """The Bayesian information criterion of a fit; infinite without a fit."""
    if frame.fit is None or observation is None:
        return np.inf
    n = observation.independent
    return float(n * np.log(max(frame.rw, 1e-12) ** 2) + frame.fit.n_free * np.log(n))


def compare(
    models: Mapping[str, Sequence[FrameFit]], observations: Sequence[Observation | None]
) -> np.ndarray:
    """The criterion of each model and curve.

    Parameters
    ----------
    models : mapping
        Name of a model -> its fits, one a curve, as `refine_series` returns them.
    observations : sequence of Observation or None
        The curves, over the range that was fitted.

    Returns
    -------
    array (n_models, n_curves)
        The lower the better; infinite where a model has no fit.
    """
    return np.array(
        [
            [criterion(frame, curve) for frame, curve in zip(frames, observations, strict=True)]
            for frames in models.values()
        ]
    )


def crossings(x: np.ndarray, names: Sequence[str], criteria: np.ndarray) -> list[Crossing]:
    """Where along a series the best model changes.

    A curve counts where its best model is better by `DECIDED`, or where a neighbour has the same
    best model: a single undecided curve makes no change.

    Parameters
    ----------
    x : array (n_curves,)
        Temperature, time or composition, ascending.
    names : sequence of str
    criteria : array (n_models, n_curves)
        As `compare` returns them.

    Returns
    -------
    list of Crossing
        In the order of x. The standard error adds that of a place anywhere between two curves, and
        that of the criterion: twice the logarithm of a ratio of likelihoods, which scatters by
        sqrt(2) for each parameter that the models differ by (S. S. Wilks, Ann. Math. Stat. 9
        (1938) 60).

    Examples
    --------
    >>> x = np.array([150.0, 160.0, 170.0, 180.0])
    >>> change, = crossings(x, ["low", "high"], np.array([[0, 0, 30, 40], [40, 20, 0, 0]]))
    >>> change.before, change.after, round(change.x, 1), round(change.stderr, 1)
    ('low', 'high', 164.0, 2.9)
    """
    if len(names) < 2:
        return []
    usable = np.flatnonzero(np.isfinite(criteria).sum(axis=0) >= 2)
    decided = []
    for k in usable:
        order = np.argsort(criteria[:, k], kind="stable")
        margin = criteria[order[1], k] - criteria[order[0], k]
        decided.append((k, int(order[0]), margin >= DECIDED))
    kept = [
        (k, best)
        for place, (k, best, clear) in enumerate(decided)
        if clear or _has_company(decided, place)
    ]
    changes = []
    for (last, one), (first, other) in pairwise(kept):
        if one == other:
            continue
        difference = criteria[one] - criteria[other]  # rises through zero
        rise = difference[first] - difference[last]
        share = float(np.clip(-difference[last] / rise, 0.0, 1.0)) if rise > 0 else 0.5
        spacing = x[first] - x[last]
        noise = np.sqrt(2.0) * spacing / rise if rise > 0 else spacing
        changes.append(
            Crossing(
                names[one], names[other], float(x[last]), float(x[first]),
                float(x[last] + share * spacing),
                float(np.hypot(spacing / np.sqrt(12.0), min(noise, spacing))),
            )
        )  # fmt: skip
    return changes


def _has_company(decided: list[tuple[int, int, bool]], place: int) -> bool:
    """Whether a neighbour of an undecided curve is best explained by the same model."""
    best = decided[place][1]
    near = [decided[k][1] for k in (place - 1, place + 1) if 0 <= k < len(decided)]
    return best in near
