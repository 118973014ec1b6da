"""The verdicts on a measured sample, as tables and reports name them, and their reasons."""

from collections.abc import Sequence

ACCEPTED, AMBIGUOUS, NONE = "accepted", "ambiguous", "none of these"
NOTHING_REFINED = "No structure of the library could be refined against this curve."
NAMED = 4  # types that a sentence names at most


def how_well(rw: float, r_min: float, r_max: float) -> str:
    """How well a structure fits; r in angstrom."""
    return f"Rw {rw:.2f} from {r_min:.1f} to {r_max:.0f} A"


def nothing_fits(name: str, fits: str, limit: float) -> str:
    """Why none of the library's structures is accepted: the best one's Rw is beyond the limit."""
    return (
        f"The best structure, {name}, leaves {fits}; a right one is expected to reach {limit:.2f} "
        "on such data."
    )


def unlikely_fits(name: str, fits: str, limit: float, other: str, other_fits: str) -> str:
    """Why nothing is accepted: what is likely does not fit, and what fits is not likely."""
    return (
        f"The likeliest structure, {name}, leaves {fits}; a right one is expected to reach "
        f"{limit:.2f} on such data. {other} does ({other_fits}), but is far less likely."
    )


def only_a_wave(name: str, fits: str, wave: float) -> str:
    """Why a curve is refused that one damped wave describes."""
    return (
        f"A single damped wave describes the curve (Rw {wave:.2f}): it shows no structure, as "
        f"with liquids or another function, although {name} fits ({fits})."
    )


def two_phases(
    fits: str, types: Sequence[str], fractions: Sequence[float], others: Sequence[str]
) -> str:
    """What a mixture is made of, and which other pairs would do."""
    share = ", ".join(
        f"{100 * part:.0f} % of the atoms {kind}"
        for part, kind in zip(fractions, types, strict=True)
    )
    also = f" But so does {_any_of(others)}." if others else _no_elements("types are")
    return f"No single phase fits; two together do ({fits}): {share}.{also}"


def several_fit(structure_type: str, fits: str, rivals: Sequence[str], same: Sequence[str]) -> str:
    """Why a type is not accepted: others fit as well."""
    return (
        f"{structure_type} fits ({fits}), but so does {_any_of(rivals)}; the simplest or likeliest "
        f"stands first{_relatives(same)}."
    )


def too_small(structure_type: str, fits: str, diameter: float) -> str:
    """Why a type is not accepted: its particles (diameter in angstrom) hold too few shells."""
    return (
        f"{structure_type} fits ({fits}) with particles of {diameter:.0f} A, which hold too few "
        "shells of neighbours to be sure that it is a crystal of this type."
    )


def one_fits(
    name: str, fits: str, same: Sequence[str], others: Sequence[str], why: str, vouched: bool
) -> str:
    """Why a type is accepted.

    Parameters
    ----------
    name, fits : str
    same : sequence of str
        Its relatives that fit as well.
    others : sequence of str
        Types of other kinds that fit as well.
    why : str
        What speaks against these: it is "simpler", "likelier", or either.
    vouched : bool
        Whether the structure's elements are the sample's.
    """
    if others:
        better = f" and is {why} than {_any_of(others)}, which would do as well{_relatives(same)}."
    elif same:
        also = f"{_any_of(same)} would do as well"
        better = f", clearly better than any type but its relatives: {also}."
    else:
        better = ", clearly better than any other type."
    return f"{name} fits ({fits}){better}{'' if vouched else _no_elements('type is')}"


def _no_elements(types_are: str) -> str:
    return f" Only the {types_are} claimed; the elements are the library's."


def _any_of(types: Sequence[str]) -> str:
    return " or ".join(types[:NAMED])


def _relatives(types: Sequence[str]) -> str:
    return f"; of its relatives {_any_of(types)} would do as well" if types else ""
