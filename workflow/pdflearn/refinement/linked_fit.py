"""Curves that are refined together, and what comes of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pdflearn.measured.observation import Observation
from pdflearn.refinement.fit import Fit
from pdflearn.refinement.parameter import Parameter
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe


@dataclass(frozen=True)
class Dataset:
    """One of several curves that are refined together.

    Parameters
    ----------
    observation : Observation
    phases : list of Phase
        Of the curve's radiation; linked phases have the same structure in all datasets.
    recipe : Recipe, optional
    x : float, default 0.0
        Place along a series, such as the temperature; used by linear links.
    """

    observation: Observation
    phases: list[Phase]
    recipe: Recipe = USUAL_RECIPE
    x: float = 0.0


@dataclass(frozen=True)
class LinkedFit:
    """What came of curves that were refined together.

    Attributes
    ----------
    fits : tuple of Fit
        One for each dataset, with its own Rw, scales and instrument.
    shared : dict of Parameter
        The linked parameters: of a linear link the value in the middle of the series, and
        "<name>_slope", the change for each unit of x.
    rw : float
        Over all curves, each weighed by its number of independent values.
    rw_alone : tuple of float
        Of each curve refined by itself: where it is far lower, the curves do not agree in what they
        share.
    """

    fits: tuple[Fit, ...]
    shared: dict[str, Parameter] = field(default_factory=dict)
    rw: float = np.nan
    rw_alone: tuple[float, ...] = ()


def following(
    fits: Sequence[Fit], links: Mapping[str, str], known: Collection[str]
) -> dict[str, Parameter]:
    """Parameters that all fits have in common since they follow from linked ones.

    Such are the coordinates of linked displacements, and the limit of a size that no curve tells.

    Parameters
    ----------
    fits : sequence of Fit
    links : mapping
        Names of the linked parameters.
    known : collection of str
        Those that need not be named again.
    """
    return {
        name: item
        for name, item in fits[0].parameters.items()
        if name not in known
        and len(fits) > 1
        and all(name in fit.parameters for fit in fits)
        and (name.removesuffix("_min") in links or _alike(item, name, fits))
    }


def _alike(item: Parameter, name: str, fits: Sequence[Fit]) -> bool:
    """Whether all fits have one value with one error."""
    others = [fit.parameters[name] for fit in fits]
    return bool(np.isfinite(item.stderr)) and all(
        (other.value, other.stderr) == (item.value, item.stderr) for other in others
    )
