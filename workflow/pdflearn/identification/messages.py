"""The verdicts on a measured sample, as tables and reports name them, and their reasons."""

from collections.abc import Mapping, Sequence
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


def unexplained(structure_type: str, share: float, left: float) -> str:
    """Say what a phase leaves, and which type's pattern is like it."""
    return (
        f"It leaves {left:.1%} of the curve's squares, and {share:.1%} look like "
        f"{structure_type}: the sample may hold more than this phase."
    )


def fits_better_with(types: str, rw: float, lower_rw: float) -> str:
    """Say that more phases leave clearly less, although the weakest is too weak to be named.

    Examples
    --------
    >>> fits_better_with("diamond+hcp", 0.112, 0.061)[:65]
    "With one more phase the fit leaves 0.4% of the curve's squares in"
    """
    return (
        f"With one more phase the fit leaves {lower_rw**2:.1%} of the curve's squares instead of "
        f"{rw**2:.1%} ({types}), but that phase is too weak to be sure of."
    )


def phases_alike(replaced: Mapping[str, str]) -> str:
    """Say which types would do as well as the simpler ones that are named for phases.

    Parameters
    ----------
    replaced : mapping
        The named type -> the other one.

    Examples
    --------
    >>> phases_alike({"diamond": "zincblende"})
    ' Instead of diamond, zincblende would do as well for its part of the curve.'
    """
    if not replaced:
        return ""
    pairs = " and ".join(f"instead of {new}, {old}" for new, old in replaced.items())
    return f" {pairs[0].upper()}{pairs[1:]} would do as well for its part of the curve."


def possible_trace(types: str, held: float, rw: float, lower_rw: float) -> str:
    """Say that a trace of another phase would explain a part of what is left.

    Examples
    --------
    >>> possible_trace("MnP+ThCr2Si2", 0.006, 0.090, 0.055)[:52]
    'A trace of another phase is possible: MnP+ThCr2Si2, '
    """
    return (
        f"A trace of another phase is possible: {types}, the weaker with {held:.1%} of the curve's "
        f"squares, leave {lower_rw**2:.1%} instead of {rw**2:.1%}. Right structures usually leave "
        "more than that, so it is not shown."
    )


def sure_of(fractions: Mapping[str, float]) -> str:
    """Say which phases every mixture that fits has in common, and their share of the atoms."""
    parts = " and ".join(
        f"{name} ({100 * share:.0f} % of the atoms)" for name, share in fractions.items()
    )
    return f"Sure is {parts}; what is with it is not settled."


def order_ends(name: str, fit_text: str, length: float) -> str:
    """Say why a fit at the bounds of size or damping is refused; its order ends at length (A)."""
    return (
        f"{name} fits ({fit_text}) only as particles as small, or damped as strongly, as a fit "
        f"may be: its order ends at {length:.0f} A, as in a glass, a liquid or a molecule."
    )


def two_phases(
    fit_text: str,
    types: Sequence[str],
    fractions: Sequence[float],
    others: Sequence[str],
    scattered: Sequence[float],
    elements_known: bool = False,
) -> str:
    """Say what a mixture is made of, and which other mixtures fit as well.

    Parameters
    ----------
    fit_text : str
    types : sequence of str
    fractions : sequence of float
        Of the atoms.
    others : sequence of str
        Types of other mixtures.
    scattered : sequence of float
        Of what is scattered; named where the elements are not known, as it does not depend on them.
    elements_known : bool, default False
    """
    shares = ", ".join(
        f"{100 * fraction:.0f} % of the atoms {structure_type}"
        for fraction, structure_type in zip(fractions, types, strict=True)
    )
    also = f" But so does {_any_of(others)}." if others else ""
    if not elements_known:
        parts = ", ".join(
            f"{100 * share:.0f} % {structure_type}"
            for share, structure_type in zip(scattered, types, strict=True)
        )
        also += (
            f"{_elements_unknown('types are')} Shares of atoms and mass are as if they were yours. "
            f"Whatever the elements, of what is scattered it is {parts}."
        )
    number = {2: "two", 3: "three"}.get(len(types), "four")
    return f"No single phase explains all; {number} together do ({fit_text}): {shares}.{also}"


def several_fit(
    structure_type: str, fit_text: str, rivals: Sequence[str], relatives: Sequence[str]
) -> str:
    """Say why a type is not accepted: others fit as well."""
    return (
        f"{structure_type} fits ({fit_text}), but so does {_any_of(rivals)}; the simplest or "
        f"likeliest stands first{_relatives(relatives)}."
    )


def stacked_otherwise(types: Sequence[str], single_rw: float, mixture_rw: float) -> str:
    """Say that one phase fits better with another one that stacks its layers otherwise."""
    return (
        f" {' and '.join(types)} together fit better (Rw {mixture_rw:.2f}, for {single_rw:.2f}): "
        "they stack the same layers, so that one crystal with stacking faults looks the same."
    )


def one_or_two_stackings(types: Sequence[str]) -> str:
    """Say why a mixture of types that stack the same layers is not accepted."""
    return (
        f"Among {' and '.join(types)} are two that stack the same layers with the same distances: "
        "one crystal with stacking faults looks the same."
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
        relation = f" and is {advantage} than {_any_of(others)}, which would do as well"
        if relatives:
            relation += f"; so would {_any_of(relatives)}, {seen_by} cannot tell which"
        relation += "."
    elif relatives:
        also = f"it or {_any_of(relatives)}, {seen_by} cannot tell which"
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
