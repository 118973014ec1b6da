"""How a sample is refined: ranges, what varies, what is fixed. Every entry has a usual value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pdflearn.core.errors import PdflearnError
from pdflearn.measured.observation import Observation
from pdflearn.measured.recipe_columns import CHOICES, SWITCHES

_NUMBERS = ("r_min", "r_max", "q_min", "q_max", "q_damp", "q_broad")
MAX_BACKGROUND = 20


def is_fraction(name: str) -> bool:
    """Whether a name is that of a phase's share of the atoms: "1_fraction", "2_fraction", ...

    Examples
    --------
    >>> is_fraction("2_fraction"), is_fraction("2_a")
    (True, False)
    """
    return re.fullmatch(r"[1-9]\d*_fraction", name) is not None


class RecipeError(PdflearnError):
    """A recipe that cannot be followed; names the entry, its value and what was expected."""


@dataclass(frozen=True)
class Recipe:
    """How a sample is refined.

    Parameters
    ----------
    r_min, r_max : float, optional
        Range of r that is fitted, angstrom. None: the range of the observation.
    q_min, q_max, q_damp, q_broad : float, optional
        1/angstrom. None: the observation's; a q_damp that is not known is refined.
    correlation : {"delta2", "delta1"}
        Which correlated motion of neighbours is refined: peaks narrow by delta2 / r^2 (at low
        temperature) or by delta1 / r (at high temperature).
    scattering : {"f(Q)", "f(0)"}
        X-ray form factors that fall with Q, or constant ones, as PDFgui and PDFfit2 use them.
    displacements : {"element", "site", "anisotropic"}
        One U for each element; for each site; or a tensor for each site, as its symmetry allows.
    angles : bool, default False
        Whether cell angles that the crystal system leaves free are refined.
    atoms : bool, default False
        Whether the coordinates that the space group leaves free are refined.
    occupancies : bool, default False
        Whether the shares of the elements on sites that several share are refined.
    shape : {"sphere", "bulk", "spheroid", "core-shell"}
    tied : bool, default True
        Whether elements on one site share their U.
    background : int, default 0
        Number of terms of a smooth background (polynomials in r), as a cell in the beam leaves it.
    fixed : mapping, default empty
        Name of a parameter -> the value it keeps, such as {"a": 3.52}; in a mixture "1_a", and
        "1_fraction" for a phase's share of the atoms.
    bounds : mapping, default empty
        Name of a parameter -> its lower and upper limit.

    Raises
    ------
    RecipeError
        For a value that is not possible.

    Examples
    --------
    >>> Recipe(r_max=50.0, scattering="f(0)").r_max
    50.0
    >>> Recipe(shape="cube")
    Traceback (most recent call last):
    ...
    pdflearn.refinement.recipe.RecipeError: shape = 'cube'; choose one of sphere, bulk, spheroid, core-shell
    """  # noqa: E501

    r_min: float | None = None
    r_max: float | None = None
    q_min: float | None = None
    q_max: float | None = None
    q_damp: float | None = None
    q_broad: float | None = None
    correlation: str = "delta2"
    scattering: str = "f(Q)"
    displacements: str = "element"
    angles: bool = False
    atoms: bool = False
    occupancies: bool = False
    shape: str = "sphere"
    tied: bool = True
    background: int = 0
    fixed: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise RecipeError(
                    f"{name} = {getattr(self, name)!r}; choose one of {', '.join(choices)}"
                )
        for name in _NUMBERS:
            value = getattr(self, name)
            if value is not None and not (isinstance(value, int | float) and 0 <= value < 1e4):
                raise RecipeError(f"{name} = {value!r}; expected a number that is not negative")
        for low, high in (("r_min", "r_max"), ("q_min", "q_max")):
            lowest, highest = getattr(self, low), getattr(self, high)
            if lowest is not None and highest is not None and lowest >= highest:
                raise RecipeError(
                    f"{low} = {lowest:g} is not below {high} = {highest:g}; exchange them"
                )
        if not (isinstance(self.background, int) and 0 <= self.background <= MAX_BACKGROUND):
            raise RecipeError(
                f"background = {self.background!r}; expected a whole number, 0 to {MAX_BACKGROUND}"
            )
        for name, limits in self.bounds.items():
            if len(limits) != 2 or not limits[0] < limits[1]:
                raise RecipeError(
                    f"bounds: {name} = {limits!r}; expected a lower and a higher number"
                )

    def applied_to(self, observation: Observation) -> Observation:
        """The observation within the recipe's range of r and with the recipe's q.

        Raises
        ------
        ObservationError
            Where too little of the curve is left to be fitted.
        """
        changes: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("q_min", "q_max", "q_damp", "q_broad")
            if getattr(self, name) is not None
        }
        if self.r_min is not None or self.r_max is not None:
            observation = observation.between(self.r_min, self.r_max)
        return replace(observation, **changes) if changes else observation


USUAL_RECIPE = Recipe()
# What a table of results needs and a verdict does not: cell angles.
FINAL_RECIPE = Recipe(angles=True)


def recipe_of_text(text: str, recipe: Recipe = USUAL_RECIPE) -> Recipe:
    """A recipe with the entries that samples.csv gives, as `MeasuredSample.recipe` holds them.

    Parameters
    ----------
    text : str
        Entries such as "angles=yes; fixed=a=3.52 delta2=0; bounds=u_iso_O=0.002:0.03".
    recipe : Recipe, optional
        What holds for all others.

    Examples
    --------
    >>> recipe = recipe_of_text("atoms=yes; background=4; bounds=a=3.5:3.6 c=5:6")
    >>> recipe.atoms, recipe.background, recipe.bounds
    (True, 4, {'a': (3.5, 3.6), 'c': (5.0, 6.0)})
    """
    values: dict[str, Any] = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        name, _, value = entry.partition("=")
        pairs = [item.partition("=")[::2] for item in value.split()]
        if name in SWITCHES:
            values[name] = value == "yes"
        elif name == "background":
            values[name] = int(value)
        elif name == "fixed":
            values[name] = {key: float(number) for key, number in pairs}
        elif name == "bounds":
            limits = {key: both.partition(":")[::2] for key, both in pairs}
            values[name] = {key: (float(low), float(high)) for key, (low, high) in limits.items()}
        else:
            values[name] = value
    return replace(recipe, **values)
