"""The columns of samples.csv that say how a sample is refined, and what may stand in them."""

import re

# Column -> what may stand in it, the usual choice first.
CHOICES = {
    "correlation": ("delta2", "delta1"),
    "scattering": ("f(Q)", "f(0)"),
    "displacements": ("element", "site", "anisotropic"),
    "shape": ("sphere", "bulk", "spheroid", "core-shell"),
}
SWITCHES = ("angles", "atoms", "occupancies", "tied")
RECIPE_COLUMNS = (*CHOICES, *SWITCHES, "background", "fixed", "bounds")
_YES_NO = {"yes": "yes", "true": "yes", "1": "yes", "no": "no", "false": "no", "0": "no"}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PATTERNS = {
    "background": (r"\d+", "a whole number of terms, such as 4"),
    "fixed": (
        rf"[\w+-]+={_NUMBER}(?:\s+[\w+-]+={_NUMBER})*",
        "names with values and blanks between them, such as a=3.52 delta2=0",
    ),
    "bounds": (
        rf"[\w+-]+={_NUMBER}:{_NUMBER}(?:\s+[\w+-]+={_NUMBER}:{_NUMBER})*",
        "names with two limits and blanks between them, such as a=3.5:3.6",
    ),
}


def checked(name: str, value: str) -> str:
    """A value of one of `RECIPE_COLUMNS` as a recipe reads it.

    Raises
    ------
    ValueError
        Says what was expected.

    Examples
    --------
    >>> checked("angles", "TRUE"), checked("scattering", "f(q)")
    ('yes', 'f(Q)')
    >>> checked("bounds", "a=3.5")
    Traceback (most recent call last):
    ...
    ValueError: names with two limits and blanks between them, such as a=3.5:3.6
    """
    if name in CHOICES:
        known = {choice.lower(): choice for choice in CHOICES[name]}
        if value.lower() not in known:
            raise ValueError(f"one of {', '.join(CHOICES[name])}")
        return known[value.lower()]
    if name in SWITCHES:
        if value.lower() not in _YES_NO:
            raise ValueError("yes or no")
        return _YES_NO[value.lower()]
    pattern, expected = _PATTERNS[name]
    if not re.fullmatch(pattern, value):
        raise ValueError(expected)
    return " ".join(value.split())
