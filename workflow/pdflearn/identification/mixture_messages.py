"""What is said of mixtures, and of phases that one phase leaves room for."""

from collections.abc import Mapping, Sequence

from pdflearn.identification.messages import any_of, elements_unknown


def unexplained(structure_type: str, share: float, left: float) -> str:
    """Say what a phase leaves, and which type's pattern is like it."""
    return (
        f"It leaves {left:.1%} of the curve's squares, and {share:.1%} look like "
        f"{structure_type}: the sample may hold more than this phase."
    )


def could_hide(share: float) -> str:
    """Say how weak another phase may be that a curve does not show.

    Parameters
    ----------
    share : float
        Of the curve's squares.

    Examples
    --------
    >>> could_hide(0.0041)
    ' A further phase whose peaks are less than about 6% as high would not be seen.'
    """
    height = share**0.5
    return (
        f" A further phase whose peaks are less than about {height:.0%} as high would not be seen."
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
    also = f" But so does {any_of(others)}." if others else ""
    if not elements_known:
        parts = ", ".join(
            f"{100 * share:.0f} % {structure_type}"
            for share, structure_type in zip(scattered, types, strict=True)
        )
        also += (
            f"{elements_unknown('types are')} Shares of atoms and mass are as if they were yours. "
            f"Whatever the elements, of what is scattered it is {parts}."
        )
    number = {2: "two", 3: "three"}.get(len(types), "four")
    return f"No single phase explains all; {number} together do ({fit_text}): {shares}.{also}"


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
