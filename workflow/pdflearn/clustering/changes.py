"""Change points: where the patterns of a series step or bend beyond a smooth drift."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# Files that a change needs on either side.
MIN_SEGMENT = 4
# Permutations for a p-value, and the highest one that counts as a change.
N_PERMUTATIONS = 999
SIGNIFICANCE = 0.01


@dataclass(frozen=True)
class ChangePoint:
    """A change between two neighbours of a series.

    Attributes
    ----------
    index : int
        The change lies between pattern index - 1 and pattern index of the series.
    gain : float
        How much smaller the sum of squared residuals becomes, relative to what remains.
    p_value : float
        Share of permuted series that gain as much at their best position.
    support : float
        Share of the series with one pattern left out that put the change there, or one step beside.
    """

    index: int
    gain: float
    p_value: float
    support: float


@dataclass(frozen=True)
class _PositionTest:
    """One more change, tried at every position.

    Attributes
    ----------
    positions : list of int
        Where it can be.
    residual_maker : array (n, n)
        Takes values to what the known changes and a smooth drift leave.
    gains : callable
        Values (n, m) -> the gain of each position.
    """

    positions: list[int]
    residual_maker: np.ndarray
    gains: Callable[[np.ndarray], np.ndarray]


def _design_matrix(x: np.ndarray, positions: list[int]) -> np.ndarray:
    """Columns of a smooth drift (a parabola), and of a step and a bend at each position."""
    t = (x - x.mean()) / (np.ptp(x) or 1.0)
    columns = [np.ones_like(t), t, t**2]
    for position in positions:
        after = np.arange(len(x)) >= position
        middle = t[position - 1 : position + 1].mean()
        columns += [after.astype(float), np.where(after, t - middle, 0.0)]
    return np.column_stack(columns)


def _residual_maker(design: np.ndarray) -> np.ndarray:
    """The matrix that takes values to their residuals from a least-squares fit."""
    return np.eye(len(design)) - design @ np.linalg.pinv(design)


def _position_test(x: np.ndarray, known: list[int]) -> _PositionTest | None:
    """The test of one more change; None where the series is too short for it."""
    n = len(x)
    edges = [0, *sorted(known), n]
    positions = [
        position
        for first, last in zip(edges[:-1], edges[1:], strict=True)
        for position in range(first + MIN_SEGMENT, last - MIN_SEGMENT + 1)
    ]
    if not positions or n < 7 + 2 * len(known):
        return None
    without = _residual_maker(_design_matrix(x, known))
    with_one = np.array([_residual_maker(_design_matrix(x, [*known, p])) for p in positions])

    def gains(values: np.ndarray) -> np.ndarray:
        gram = values @ values.T
        before = np.einsum("ij,ji->", without, gram)
        after = np.einsum("kij,ji->k", with_one, gram)
        return (before - after) / np.maximum(after, 1e-12 * np.trace(gram) + 1e-300)

    return _PositionTest(positions, without, gains)


def find_change(x: np.ndarray, y: np.ndarray, known: list[int], seed: int) -> ChangePoint | None:
    """The position where a step and a bend explain most beyond a smooth drift.

    Where nothing happens every column of y follows a parabola in x, as with thermal expansion and
    growing thermal motion.

    Parameters
    ----------
    x : array (n,)
        What varies along the series, such as the temperature.
    y : array (n, m)
        The patterns in this order.
    known : list of int
        Positions of the changes that are allowed for already.
    seed : int

    Returns
    -------
    ChangePoint or None
        None where the series is too short for one more change. The p-value comes from permuting
        the residuals of the smooth drift [1]_: it takes them for independent, which slow drifts of
        an instrument are not.

    References
    ----------
    .. [1] D. Freedman and D. Lane, J. Bus. Econ. Stat. 1 (1983) 292.
    """
    test = _position_test(x, known)
    if test is None:
        return None
    residuals = test.residual_maker @ y
    observed = test.gains(residuals)
    random = np.random.default_rng(seed)
    permuted = [
        test.gains(residuals[random.permutation(len(x))]).max() for _ in range(N_PERMUTATIONS)
    ]
    best = int(observed.argmax())
    n_as_large = 1 + int(np.sum(np.array(permuted) >= observed[best]))
    position = test.positions[best]
    agrees = []
    for omitted in range(len(x)):
        rows = np.delete(np.arange(len(x)), omitted)
        shorter = _position_test(x[rows], [k - (omitted < k) for k in known])
        if shorter is not None:
            other = shorter.positions[int(shorter.gains(y[rows]).argmax())]
            agrees.append(abs(other + (omitted < other) - position) <= 1)
    support = float(np.mean(agrees)) if agrees else 0.0
    return ChangePoint(position, float(observed[best]), n_as_large / (N_PERMUTATIONS + 1), support)


def find_changes(x: np.ndarray, y: np.ndarray, seed: int) -> list[ChangePoint]:
    """All significant changes of a series, strongest first, each beyond those before it.

    Parameters
    ----------
    x : array (n,)
        What varies along the series, such as the temperature; in ascending order.
    y : array (n, m)
        The patterns in this order.
    seed : int

    See Also
    --------
    find_change : how one change is found and tested.
    pdflearn.clustering.series.analyse_series : similarity, components and clusters as well.

    Examples
    --------
    Eleven patterns of a peak that shifts smoothly, with a second peak from the sixth one on:

    >>> temperature = np.linspace(100.0, 300.0, 11)
    >>> r = np.linspace(1.0, 10.0, 50)
    >>> patterns = np.exp(-((r - 3.0 - 1e-4 * temperature[:, None]) ** 2))
    >>> patterns[5:] += 0.1 * np.exp(-((r - 7.0) ** 2))
    >>> noise = 1e-3 * np.random.default_rng(0).normal(size=patterns.shape)
    >>> changes = find_changes(temperature, patterns + noise, seed=0)
    >>> [change.index for change in changes]
    [5]
    >>> changes[0].p_value
    0.001
    """
    changes: list[ChangePoint] = []
    while True:
        change = find_change(x, y, [known.index for known in changes], seed)
        if change is None or change.p_value > SIGNIFICANCE:
            return changes
        changes.append(change)
