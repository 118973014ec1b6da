"""Series refined with their models: parameters, fits and changes of the best model, as tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.measured.observation import Observation, ObservationError
from pdflearn.measured.samples import MeasuredSample
from pdflearn.measured.series import Series
from pdflearn.refinement.parameter import Parameter
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe
from pdflearn.refinement.refinement import Fit
from pdflearn.refinement.rivals import compare, crossings
from pdflearn.refinement.series import FrameFit, refine_series

PARAMETER_COLUMNS = [
    "series", "model", "file", "x", "x_name", "parameter", "value", "stderr", "unit",
]  # fmt: skip
FIT_COLUMNS = [
    "series", "model", "file", "x", "x_name", "rw", "n_refined", "criterion", "best", "start",
    "explained", "note",
]  # fmt: skip
CHANGE_COLUMNS = [
    "series", "x_name", "model_before", "model_after", "last", "first", "x", "stderr",
]  # fmt: skip
# Two axes whose lengths differ by less than this share of their sum are one axis of a cell of
# higher symmetry that has split; their splitting is given as a parameter.
NEARLY_ONE_AXIS = 0.03


@dataclass(frozen=True)
class RefinedSeries:
    """A series refined with each of its models.

    Attributes
    ----------
    parameters : DataFrame
        Columns `PARAMETER_COLUMNS`: one row a model, file and parameter.
    fits : DataFrame
        Columns `FIT_COLUMNS`: one row a model and file. `criterion` is Bayes' information
        criterion, the lower the better; `best` marks the model with the lowest one for a file.
    changes : DataFrame
        Columns `CHANGE_COLUMNS`: where the best model changes, with the standard error.
    """

    parameters: pd.DataFrame
    fits: pd.DataFrame
    changes: pd.DataFrame


EMPTY = RefinedSeries(
    pd.DataFrame(columns=PARAMETER_COLUMNS),
    pd.DataFrame(columns=FIT_COLUMNS),
    pd.DataFrame(columns=CHANGE_COLUMNS),
)


def refine_models(
    series: Series,
    samples: Sequence[MeasuredSample],
    models: Mapping[str, list[Phase]],
    recipe: Recipe = USUAL_RECIPE,
) -> RefinedSeries:
    """Refine a series with rival models side by side.

    Parameters
    ----------
    series : Series
        Its name and order.
    samples : sequence of MeasuredSample
        Its files, in its order. All are fitted over the range of r that they have in common.
    models : mapping
        Name of a model -> its phases.
    recipe : Recipe, optional
    """
    curves = _common_range(samples, recipe)
    frames = {name: refine_series(curves, phases, recipe) for name, phases in models.items()}
    criteria = compare(frames, curves) if frames else np.empty((0, len(curves)))
    parameters, fits = [], []
    for number, (name, fitted) in enumerate(frames.items()):
        for k, (sample, frame) in enumerate(zip(samples, fitted, strict=True)):
            head = {
                "series": series.name, "model": name, "file": sample.file, "x": series.x[k],
                "x_name": series.x_name,
            }  # fmt: skip
            best = np.isfinite(criteria[number, k]) and criteria[:, k].argmin() == number
            fits.append(head | _fit_row(frame, criteria[number, k], bool(best)))
            if frame.fit is not None:
                parameters += [head | row for row in _parameter_rows(frame.fit)]
    changes = [
        (
            series.name, series.x_name, change.before, change.after, change.last, change.first,
            round(change.x, 6), round(change.stderr, 6),
        )
        for change in crossings(series.x, list(frames), criteria)
    ]  # fmt: skip
    return RefinedSeries(
        pd.DataFrame(parameters, columns=PARAMETER_COLUMNS),
        pd.DataFrame(fits, columns=FIT_COLUMNS),
        pd.DataFrame(changes, columns=CHANGE_COLUMNS),
    )


def _common_range(samples: Sequence[MeasuredSample], recipe: Recipe) -> list[Observation | None]:
    """The curves over the range of r that all of them have, where the recipe gives none."""
    wholes = [sample.whole for sample in samples if sample.whole is not None]
    low = recipe.r_min or max((float(whole.r[0]) for whole in wholes), default=0.0)
    high = recipe.r_max or min((float(whole.r[-1]) for whole in wholes), default=0.0)
    curves: list[Observation | None] = []
    for sample in samples:
        try:
            curves.append(sample.whole and sample.whole.between(low, high))
        except ObservationError:
            curves.append(None)
    return curves


def _fit_row(frame: FrameFit, criterion: float, best: bool) -> dict[str, Any]:
    note = frame.reason
    if frame.fit is not None and not frame.explained:
        note = "the model explains this file worse than others of the series"
    return {
        "rw": np.nan if frame.fit is None else round(frame.rw, 5),
        "n_refined": 0 if frame.fit is None else frame.fit.n_free,
        "criterion": round(criterion, 2) if np.isfinite(criterion) else np.nan,
        "best": best,
        "start": frame.start,
        "explained": frame.explained,
        "note": note,
    }


def _parameter_rows(fit: Fit) -> Iterator[dict[str, Any]]:
    """What was refined, and what follows from it."""
    for item in [*fit.parameters.values(), *splittings(fit), *_shares(fit)]:
        yield {
            "parameter": item.name, "value": item.value, "stderr": item.stderr, "unit": item.unit,
        }  # fmt: skip


def _shares(fit: Fit) -> Iterator[Parameter]:
    if len(fit.fractions) > 1:
        for phase, share in enumerate(fit.fractions, start=1):
            error = _share_error(fit, phase, share)
            yield Parameter(f"{phase}_fraction", share, 0.0, 1.0, stderr=error)


def _share_error(fit: Fit, phase: int, share: float) -> float:
    """Standard error of a phase's share, from those of the scales, taken as independent.

    With f = s_1 / (s_1 + s_2 + ...) each scale s_i of the others changes f by -f f_i ds_i / s_i.
    """
    variance = 0.0
    for other, of_other in enumerate(fit.fractions, start=1):
        scale = fit.parameters[f"{other}_scale"]
        relative = scale.stderr / scale.value if scale.value else np.nan
        weight = share * (1 - share) if other == phase else share * of_other
        variance += (weight * relative) ** 2
    return float(np.sqrt(variance))


def splittings(fit: Fit) -> Iterator[Parameter]:
    """Differences of nearly equal free axes over their sums, times 10^4.

    Parameters
    ----------
    fit : Fit

    Yields
    ------
    Parameter
        Such as "splitting_ab" = 10^4 (a - b) / (a + b).
    """
    numbers = range(1, len(fit.structures) + 1)
    for mark in [""] if len(fit.structures) == 1 else [f"{number}_" for number in numbers]:
        for one, other in (("a", "b"), ("b", "c"), ("a", "c")):
            names = mark + one, mark + other
            if not all(name in fit.parameters for name in names):
                continue
            first, second = (fit.parameters[name] for name in names)
            total = first.value + second.value
            share = (first.value - second.value) / total
            if abs(share) < NEARLY_ONE_AXIS:
                errors = first.stderr, second.stderr
                variance = errors[0] ** 2 + errors[1] ** 2
                variance -= 2 * _correlation(fit, *names) * errors[0] * errors[1]
                yield Parameter(
                    f"{mark}splitting_{one}{other}",
                    1e4 * share,
                    stderr=float(1e4 * np.sqrt(max(variance, 0.0)) / total),
                    unit="10^-4",
                )


def _correlation(fit: Fit, one: str, other: str) -> float:
    """Correlation of two parameters; 0 where it is not known."""
    names = list(fit.correlation_names)
    if one not in names or other not in names:
        return 0.0
    return float(fit.correlation[names.index(one), names.index(other)])
