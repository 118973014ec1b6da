"""The verdicts on a measured sample, as tables and reports name them, and their reasons."""

from collections.abc import Sequence
from math import isnan

ACCEPTED, AMBIGUOUS, NONE = "accepted", "ambiguous", "none of these"
ACCEPTED_IN_PART = "accepted in part"
# Kinds of "none of these".
AMORPHOUS, MOLECULAR, NOT_G = "amorphous or liquid", "molecular", "not a G(r)"
UNKNOWN_CRYSTAL, MAGNETIC = "unknown crystal", "magnetic part suspected"
NOTHING_REFINED = "No structure of the library could be refined against this curve."
SEEN_BY = {"xray": "X-rays", "neutron": "neutrons"}
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


def nevertheless(name: str, fit_text: str, fits: bool) -> str:
    """Say that a structure fits a curve that is no crystal's, or how little the best one does."""
    if fits:
        return f"That {name} fits ({fit_text}) means no more than that it has such distances."
    return f"Nor does a structure fit: the best, {name}, leaves {fit_text}."


def seldom_so_high(structure_type: str, fit_text: str, share: float) -> str:
    """Say why a type is not accepted: few right structures leave so high an Rw.

    Examples
    --------
    >>> seldom_so_high("fcc", "Rw 0.32 from 1.6 to 20 A", 0.034)
    'fcc fits poorly (Rw 0.32 from 1.6 to 20 A): only 3 % of right structures leave so much.'
    """
    return (
        f"{structure_type} fits poorly ({fit_text}): only {100 * share:.0f} % of right structures "
        "leave so much."
    )


def at_a_bound(structure_type: str, fit_text: str, names: Sequence[str]) -> str:
    """Say why a type is not accepted: what it needs to fit is at a bound, or below its error."""
    are = "is" if len(names) == 1 else "are"
    return (
        f"{structure_type} fits ({fit_text}), but only where {' and '.join(names[:MAX_NAMED])} "
        f"{are} at a bound of what is possible, or below the standard error."
    )


def stretched_too_far(structure_type: str, fit_text: str, name: str, strain: float) -> str:
    """Say why a type is not accepted: no known compound of it that fits has nearly such a cell.

    Examples
    --------
    >>> stretched_too_far("fluorite", "Rw 0.10 from 1.6 to 20 A", "SmH2 fluorite", 0.203)
    'fluorite fits (Rw 0.10 from 1.6 to 20 A), but only with a cell that differs by 20 % from that \
of SmH2 fluorite, and no nearer one of the type fits: few right structures are so far from all \
known ones.'
    """
    return (
        f"{structure_type} fits ({fit_text}), but only with a cell that differs by "
        f"{100 * strain:.0f} % from that of {name}, and no nearer one of the type fits: few right "
        "structures are so far from all known ones."
    )


def surface_of_cluster(contraction: float, missing: float) -> str:
    """Say how a cluster's surface differs from a cut of the bulk; "" where it does not.

    Examples
    --------
    >>> surface_of_cluster(0.015, 0.0)
    ' Its outer atoms stand about 1.5 % closer to its centre than in bulk.'
    """
    parts = []
    if contraction:
        further = f"{100 * contraction:.1f} % closer to its centre than in bulk"
        parts.append(f"its outer atoms stand about {further}")
    if missing:
        parts.append("some of its vertices and edges are missing")
    text = ", and ".join(parts)
    return f" {text[0].upper()}{text[1:]}." if text else ""


def other_scatterer(name: str, rw: float, element: str, other: str) -> str:
    """Say that a structure fits with another scatterer, as a sentence with a blank in front.

    Examples
    --------
    >>> other_scatterer("RuCl3 AlCl3", 0.402, "Cl", "Mo")
    ' As RuCl3 AlCl3 it leaves Rw 0.40: beside the other atoms Cl stands for what scatters as Mo.'
    """
    return (
        f" As {name} it leaves Rw {rw:.2f}: beside the other atoms {element} stands for what "
        f"scatters as {other}."
    )


def order_ends(name: str, fit_text: str, length: float) -> str:
    """Say why a fit at the bounds of size or damping is refused; its order ends at length (A)."""
    return (
        f"{name} fits ({fit_text}) only as particles as small, or damped as strongly, as a fit "
        f"may be: its order ends at {length:.0f} A, as in a glass, a liquid or a molecule."
    )


def several_fit(
    structure_type: str, fit_text: str, rivals: Sequence[str], relatives: Sequence[str]
) -> str:
    """Say why a type is not accepted: others fit as well."""
    return (
        f"{structure_type} fits ({fit_text}), but so does {any_of(rivals)}; the simplest or "
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


def spheroid_fits(sphere_rw: float, rw: float, across: float, along: float) -> str:
    """Say that spheroids explain more than spheres of one size; their axes are in angstrom.

    Examples
    --------
    >>> spheroid_fits(0.104, 0.093, 48.4, 15.9)  # doctest: +ELLIPSIS
    ' As spheroids of 48 A across and 16 A along their axis the particles leave Rw 0.09, ...'
    """
    return (
        f" As spheroids of {across:.0f} A across and {along:.0f} A along their axis the particles "
        f"leave Rw {rw:.2f}, as spheres {sphere_rw:.2f}: they are not round, or differ in size."
    )


def one_fits(
    name: str,
    fit_text: str,
    relatives: Sequence[str],
    others: Sequence[str],
    advantage: str,
    elements_known: bool,
    seen_by: str = "X-rays",
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
    seen_by : str, default "X-rays"
        What does not distinguish the relatives.

    Examples
    --------
    >>> text = one_fits("Si diamond", "Rw 0.07 from 1.9 to 20 A", ["zincblende"], [], "", True)
    >>> text.split(": ")[1]
    'it or zincblende, X-rays cannot tell which.'
    >>> one_fits("Ni fcc", "Rw 0.10 from 1.6 to 20 A", [], ["bcc"], "simpler", True)
    'Ni fcc fits (Rw 0.10 from 1.6 to 20 A) and is simpler than bcc, which would do as well.'
    """
    if others:
        relation = f" and is {advantage} than {any_of(others)}, which would do as well"
        if relatives:
            relation += f"; so would {any_of(relatives)}, {seen_by} cannot tell which"
        relation += "."
    elif relatives:
        also = f"it or {any_of(relatives)}, {seen_by} cannot tell which"
        relation = f", clearly better than any type but its relatives: {also}."
    else:
        relation = ", clearly better than any other type."
    unknown = "" if elements_known else elements_unknown("type is")
    return f"{name} fits ({fit_text}){relation}{unknown}"


def elements_unknown(types_are: str) -> str:
    """Say that the types are claimed, and not their elements."""
    return f" Only the {types_are} claimed; the elements are the library's."


def any_of(types: Sequence[str]) -> str:
    """Join the first few types by "or"."""
    return " or ".join(types[:MAX_NAMED])


def _relatives(types: Sequence[str]) -> str:
    return f"; of its relatives {any_of(types)} would do as well" if types else ""
