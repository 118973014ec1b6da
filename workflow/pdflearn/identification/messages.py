"""The verdicts on a measured sample, as tables and reports name them, and their reasons."""

from collections.abc import Sequence
from math import isnan

ACCEPTED, AMBIGUOUS, NONE = "accepted", "ambiguous", "none of these"
NOTHING_REFINED = "No structure of the library could be refined against this curve."
MAX_NAMED = 4  # types that a sentence names at most


MODES_FAILED = " Its atoms were kept in place: no curve could be computed with some of them moved."


def too_many_modes(n_modes: int, limit: int) -> str:
    """Say that the atoms of a structure were not moved.

    Examples
    --------
    >>> too_many_modes(20, 12).split(": ")[1]
    'symmetry leaves 20 displacements free, and 12 are refined at most.'
    """
    return (
        f" Its atoms were kept in place: symmetry leaves {n_modes} displacements free, and {limit} "
        "are refined at most."
    )


def verdict_line(file: str, verdict: str, structure_type: str, rw: float) -> str:
    """Say in one line what a file was found to be.

    Parameters
    ----------
    file : str
    verdict : str
    structure_type : str
        The first of the ranked types.
    rw : float
        Of its fit; not a number where nothing was refined.

    Examples
    --------
    >>> verdict_line("Ni.gr", ACCEPTED, "fcc", 0.0312)
    'Ni.gr: fcc, accepted, Rw 0.03'
    >>> verdict_line("water.gr", NONE, "fcc", 0.71)
    'water.gr: none of these (fcc: Rw 0.71)'
    >>> verdict_line("few.gr", NONE, "fcc", float("nan"))
    'few.gr: none of these'
    """
    if isnan(rw):
        return f"{file}: {verdict}"
    if verdict == NONE:
        return f"{file}: {verdict} ({structure_type}: Rw {rw:.2f})"
    return f"{file}: {structure_type}, {verdict}, Rw {rw:.2f}"


def fit_quality(rw: float, r_min: float, r_max: float) -> str:
    """Say how well a structure fits.

    Parameters
    ----------
    rw : float
    r_min, r_max : float
        The range of the fit in angstrom.

    Examples
    --------
    >>> fit_quality(0.123, 1.6, 20.0)
    'Rw 0.12 from 1.6 to 20 A'
    """
    return f"Rw {rw:.2f} from {r_min:.1f} to {r_max:.0f} A"


def nothing_fits(name: str, fit_text: str, rw_limit: float) -> str:
    """Say why no structure is accepted: the best one's Rw is beyond the limit."""
    return (
        f"The best structure, {name}, leaves {fit_text}; a right one is expected to reach "
        f"{rw_limit:.2f} on such data."
    )


def unlikely_fits(name: str, fit_text: str, rw_limit: float, other: str, other_fit: str) -> str:
    """Say why nothing is accepted: the likely type does not fit, the one that fits is unlikely."""
    return (
        f"The likeliest structure, {name}, leaves {fit_text}; a right one is expected to reach "
        f"{rw_limit:.2f} on such data. {other} does ({other_fit}), but is far less likely."
    )


def only_a_wave(name: str, fit_text: str, wave_rw: float) -> str:
    """Say why a curve is refused that one damped wave describes."""
    return (
        f"A single damped wave describes the curve (Rw {wave_rw:.2f}): it shows no structure, as "
        f"with liquids or another function, although {name} fits ({fit_text})."
    )


def order_ends(name: str, fit_text: str, length: float) -> str:
    """Say why a fit at the bounds of size or damping is refused; its order ends at length (A)."""
    return (
        f"{name} fits ({fit_text}) only as particles as small, or damped as strongly, as a fit "
        f"may be: its order ends at {length:.0f} A, as in a glass, a liquid or a molecule."
    )


def two_phases(
    fit_text: str, types: Sequence[str], fractions: Sequence[float], others: Sequence[str]
) -> str:
    """Say what a mixture is made of, and which other pairs fit as well."""
    shares = ", ".join(
        f"{100 * fraction:.0f} % of the atoms {structure_type}"
        for fraction, structure_type in zip(fractions, types, strict=True)
    )
    also = f" But so does {_any_of(others)}." if others else _elements_unknown("types are")
    return f"No single phase fits; two together do ({fit_text}): {shares}.{also}"


def several_fit(
    structure_type: str, fit_text: str, rivals: Sequence[str], relatives: Sequence[str]
) -> str:
    """Say why a type is not accepted: others fit as well."""
    return (
        f"{structure_type} fits ({fit_text}), but so does {_any_of(rivals)}; the simplest or "
        f"likeliest stands first{_relatives(relatives)}."
    )


def too_small(structure_type: str, fit_text: str, diameter: float) -> str:
    """Say why a type is not accepted: its particles (diameter in angstrom) hold too few shells."""
    return (
        f"{structure_type} fits ({fit_text}) with particles of {diameter:.0f} A, which hold too "
        "few shells of neighbours to be sure that it is a crystal of this type."
    )


def structures_asked(unknown: Sequence[str], only: bool) -> str:
    """Say what became of the structure files that were named for a sample.

    Parameters
    ----------
    unknown : sequence of str
        Those that no structure was read from.
    only : bool
        Whether nothing but the named ones was tried.

    Examples
    --------
    >>> structures_asked([], only=True)
    ' Only the named structures were tried.'
    """
    words = ""
    if unknown:
        words += (
            f" No structure was read from {', '.join(unknown)}: put the file into resources/lookup "
            "and see rejected.csv."
        )
    return words + (" Only the named structures were tried." if only else "")


def one_fits(
    name: str,
    fit_text: str,
    relatives: Sequence[str],
    others: Sequence[str],
    advantage: str,
    elements_known: bool,
) -> str:
    """Say why a type is accepted.

    Parameters
    ----------
    name : str
        The structure that was refined.
    fit_text : str
        As `fit_quality` returns it.
    relatives : sequence of str
        Types with the same parent type that fit as well.
    others : sequence of str
        Unrelated types that fit as well.
    advantage : str
        What the type has over these: it is "simpler", "likelier", or "simpler or likelier".
    elements_known : bool
        Whether the structure's elements are the sample's.

    Examples
    --------
    >>> one_fits("Ni fcc", "Rw 0.10 from 1.6 to 20 A", [], ["bcc"], "simpler", True)
    'Ni fcc fits (Rw 0.10 from 1.6 to 20 A) and is simpler than bcc, which would do as well.'
    """
    if others:
        relation = f" and is {advantage} than {_any_of(others)}, which would do as well"
        relation += f"{_relatives(relatives)}."
    elif relatives:
        also = f"{_any_of(relatives)} would do as well"
        relation = f", clearly better than any type but its relatives: {also}."
    else:
        relation = ", clearly better than any other type."
    unknown = "" if elements_known else _elements_unknown("type is")
    return f"{name} fits ({fit_text}){relation}{unknown}"


def _elements_unknown(types_are: str) -> str:
    return f" Only the {types_are} claimed; the elements are the library's."


def _any_of(types: Sequence[str]) -> str:
    return " or ".join(types[:MAX_NAMED])


def _relatives(types: Sequence[str]) -> str:
    return f"; of its relatives {_any_of(types)} would do as well" if types else ""
