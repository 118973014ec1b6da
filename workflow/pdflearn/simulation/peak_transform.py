"""The peaks of a sample drawn on a grid in r and transformed to Q."""

import math
from typing import NamedTuple

import numpy as np

from pdflearn.simulation import fft
from pdflearn.simulation.pair_peaks import Peaks
from pdflearn.simulation.peaks import curves_from_sums
from pdflearn.simulation.transform import TAIL, TransformPlan

# Peaks narrower than this variance (angstrom^2) are drawn wider and narrowed again in Q.
NARROWEST = 1e-3
# Peaks end where they have fallen to exp(-15); the sampling in r folds back exp(-14) at most.
PEAK_END = math.sqrt(30.0)
_FOLDED = math.sqrt(28.0)


class TransformSteps(NamedTuple):
    """The grid in r that peaks are drawn on for their transform.

    Attributes
    ----------
    period, step : float
        Of the transform, angstrom: m steps make one period.
    m : int
    fade : two floats
        Pairs are faded out from the first to the second of these distances, angstrom.
    extra : float
        Variance by which peaks are drawn too wide, angstrom^2.
    """

    period: float
    step: float
    m: int
    fade: tuple[float, float]
    extra: float


class SineTransform(NamedTuple):
    """Transforms f (partials, m - 1) at Q = k pi / period, k from 1 on, and their steps."""

    f: np.ndarray
    steps: TransformSteps


def transform_steps(
    least: float,
    fade: tuple[float, float],
    q_max: float,
    r_max: float,
    plan: TransformPlan | None,
) -> TransformSteps:
    """Steps that sample peaks finely enough for a transform up to q_max.

    Parameters
    ----------
    least : float
        Least variance of a peak, angstrom^2.
    fade : two floats
        Where pairs begin and end to be faded out, angstrom.
    q_max : float
        1/angstrom.
    r_max : float
        Up to which G(r) is wanted, angstrom.
    plan : TransformPlan, optional
        Of the transform back to r.
    """
    # the least period that `transform.sharp_window` allows
    period = fade[1] + r_max
    if plan:
        period = plan.period(period)
    extra = max(0.0, NARROWEST - least)
    step = min(
        2 * math.pi / (q_max + TAIL + _FOLDED / math.sqrt(least + extra)),
        0.95 * math.pi / (q_max + TAIL),
    )
    m = fft.next_fast_len(math.ceil(period / step))
    return TransformSteps(period, period / m, m, fade, extra)


def sine_transform(
    peaks: Peaks, steps: TransformSteps, scale: float, slopes: np.ndarray, q_damp: float
) -> SineTransform:
    """Transform of each partial: scale times its peaks less slope times r.

    Parameters
    ----------
    peaks : Peaks
    steps : TransformSteps
    scale : float
        Factor of the peaks.
    slopes : array (partials,)
        4 pi rho0 of each partial, angstrom^-3; zero for clusters.
    q_damp : float
        1/angstrom; its envelope is applied in r.
    """
    step, m = steps.step, steps.m
    sums = peaks.sums(steps.extra, step, (PEAK_END, steps.fade[1]), m + 1)
    g = curves_from_sums(sums, step, scale, slopes, steps.fade, peaks.diameter, q_damp)
    return SineTransform(fft.dst(g[:, 1:m]), steps)
