"""A recipe from the options of the command and from a YAML file."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import yaml

from pdflearn.refinement.recipe import FINAL_RECIPE, Recipe, RecipeError

ENTRIES = tuple(field.name for field in fields(Recipe))
_SWITCHES = tuple(field.name for field in fields(Recipe) if field.type is bool)


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe from a YAML file of entries such as `r_max: 50` or `fixed: {a: 3.52}`.

    Parameters
    ----------
    path : path

    Raises
    ------
    RecipeError
        Naming the file, the entry, its value and what was expected.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        entries = yaml.safe_load(text) or {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise RecipeError(f"{path}: cannot be read ({reason}); a recipe is a YAML file") from None
    if not isinstance(entries, Mapping):
        raise RecipeError(f"{path}: a list or a text; expected entries such as 'r_max: 50'")
    try:
        return make_recipe(entries)
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from None


def make_recipe(entries: Mapping[str, Any], recipe: Recipe = FINAL_RECIPE) -> Recipe:
    """Return a recipe with some entries changed.

    Parameters
    ----------
    entries : mapping
        Names of entries -> their values.
    recipe : Recipe, optional
        What is changed.

    Raises
    ------
    RecipeError

    Examples
    --------
    >>> make_recipe({"r_max": 50, "bounds": {"a": [3.5, 3.6]}}).bounds
    {'a': (3.5, 3.6)}
    >>> make_recipe({"rmax": 50})
    Traceback (most recent call last):
    ...
    pdflearn.refinement.recipe.RecipeError: rmax = 50; there is no such entry, but r_min, r_max, ...
    """
    values: dict[str, Any] = {}
    for name, value in entries.items():
        if name not in ENTRIES:
            raise RecipeError(
                f"{name} = {value!r}; there is no such entry, but {', '.join(ENTRIES)}"
            )
        values[name] = _checked(name, value)
    return replace(recipe, **values)


def _checked(name: str, value: Any) -> Any:
    """An entry as a recipe has it."""
    if name in _SWITCHES and not isinstance(value, bool):
        raise RecipeError(f"{name} = {value!r}; expected true or false")
    if name not in ("fixed", "bounds"):
        return value
    if not isinstance(value, Mapping):
        raise RecipeError(f"{name} = {value!r}; expected names with values, as in {{a: 3.52}}")
    try:
        if name == "fixed":
            return {str(key): float(number) for key, number in value.items()}
        return {str(key): (float(limits[0]), float(limits[1])) for key, limits in value.items()}
    except (TypeError, ValueError, IndexError, KeyError):
        what = "a number each" if name == "fixed" else "two numbers each, as in {a: [3.5, 3.6]}"
        raise RecipeError(f"{name} = {value!r}; expected {what}") from None


def parse_pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    """Split texts such as a=3.52 into names and values.

    Parameters
    ----------
    option : str
        What the user typed before them.
    texts : iterable of str

    Examples
    --------
    >>> parse_pairs("--fix", ["a=3.52", "q_damp=0.04"])
    {'a': '3.52', 'q_damp': '0.04'}
    """
    pairs = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not (name and separator and value):
            raise RecipeError(f"{option} {text}: expected name=value, as in {option} a=3.52")
        pairs[name.strip()] = value.strip()
    return pairs
