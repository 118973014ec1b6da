"""Files of mixtures at known fractions, that this project's simulator did not make.

The curves of phases come from PDFfit2 (verdict_files.py). Phases scatter independently, so their
intensities add up, and the total scattering function of a mixture is [1]_

    F(Q) = sum over phases of c_i <f_i>^2 F_i(Q) / <f>^2,   <f> = sum of c_i <f_i>,

for c_i the share of the atoms in phase i and <f_i> the mean form factor of its atoms. With X-rays
these depend on Q, so the sum is made in Q.

References
----------
.. [1] T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks, 2nd ed., Pergamon 2012, ch. 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from diffpy.structure import Structure
from literature_crystals import crystals
from verdict_files import (
    Calculation,
    at_some_temperature,
    curve_of_waves,
    disturb,
    pdffit2,
    seed,
    some_instrument,
    some_peaks,
    text_of,
    xray_waves,
)

from pdflearn.identification import evidence
from pdflearn.identification.phase_search import MIN_PARAMETERS, N_PLACES
from pdflearn.structures.elements import neutron_length, xray_length
from pdflearn.structures.relations import root

MIN_SHARE = 0.10  # of the atoms, in each phase
COLUMNS = [
    "file", "name", "types", "shares", "signals", "told", "lengths", "elements", "radiation",
    "source", "also",
]  # fmt: skip
SEEN = (1.6, 20.0)  # angstrom, where signals are compared
# Public measured files (X-rays, one phase each) that are added up: file, type, composition.
MEASURED = {
    "Ni": ("diffpy.cmi-3.2.0/Ni.gr", "fcc", "Ni"),
    "Ni powder": ("diffpy.cmi-3.2.0/ch05Fit2Phase/ni.gr", "fcc", "Ni"),
    "Pt particles": ("diffpy.cmi-3.2.0/Pt-nanoparticles.gr", "fcc", "Pt"),
    "Si": ("diffpy.srfit-3.2.0/si-q27r60-xray.gr", "diamond", "Si"),
    "CdSe": ("diffpy.cmi-3.2.0/CdSe-bulk.gr", "wurtzite", "CdSe"),
    "SrFe2As2": ("diffpy.cmi-3.2.0/SrFe2As2_246K.gr", "ThCr2Si2", "SrFe2As2"),
    "(Ba,K)(Zn,Mn)2As2": (
        "diffpy.cmi-3.2.0/BaZn2As2_K-Mn-doped_300K.gr", "ThCr2Si2", "Ba0.7K0.3Zn1.7Mn0.3As2",
    ),
}  # fmt: skip
# Other phases in these samples that count neither as named nor as missed. SrFe2As2 holds a tenth of
# FeAs at each temperature: what is refined has the cell of FeAs to 0.1 % along each axis (246 K).
ALSO = {"SrFe2As2": "MnP"}


@dataclass(frozen=True)
class Part:
    """One phase of a mixture: its type, its structure, its share of the atoms, its diameter (A)."""

    structure_type: str
    name: str
    structure: Structure
    share: float
    diameter: float


def simulated_file(
    folder: Path, n_phases: int, number: int, variant: int, parents: Mapping[str, str]
) -> dict[str, object]:
    """Write one file by PDFfit2 of so many phases, each at least `MIN_SHARE` of the atoms.

    Parameters
    ----------
    folder : Path
    n_phases : int
    number, variant : int
        Which file, and which draw of all files.
    parents : mapping
        structure_type -> its parent: the phases of a file go back to different types.

    Returns
    -------
    dict
        `COLUMNS`.
    """
    random = seed("mixture", n_phases, number, variant)
    radiation = "neutron" if random.random() < 0.4 else "xray"
    parts = draw_parts(n_phases, random, parents)
    state = some_instrument(radiation, random)
    r, curves = mixture_curves(parts, radiation, state, random)
    total = np.sum(curves, axis=0)
    g = disturb(r, total, state["q_max"], random, random.uniform(0.01, 0.06))
    seen = (r >= SEEN[0]) & (r <= SEEN[1])
    signals = (curves[:, seen] ** 2).sum(axis=1) / (total[seen] ** 2).sum()
    told = told_by_noise(r[seen], curves[:, seen], g[seen], state["q_max"], len(parents))
    name = f"{n_phases} phases {variant}-{number}"
    dialect = "pdfgetn" if radiation == "neutron" else "pdfgetx3"
    inside = r >= random.choice([0.01, 0.5, 1.0])
    g = g * float(random.choice([1, 0.2, 50]))
    text, ending = text_of(dialect, r[inside], g[inside], radiation, state["q_max"])
    file = folder / f"{n_phases}-{number:03d}.{ending}"
    file.write_bytes(text.encode("latin-1"))
    shares = {part.structure_type: part.share for part in parts}
    shown = " + ".join(
        f"{part.share:.2f} {part.name}" + (f" {part.diameter:.0f} A" if part.diameter else "")
        for part in parts
    )
    lengths = {part.structure_type: mean_length(part.structure, radiation) for part in parts}
    elements = sorted({atom.element for part in parts for atom in part.structure})
    known = {part.structure_type: float(x) for part, x in zip(parts, signals, strict=True)}
    return _row(file, f"{name}: {shown}", shares, radiation, "simulated") | {
        "signals": _joined(known), "told": f"{told:.3f}", "lengths": _joined(lengths),
        "elements": " ".join(elements),
    }  # fmt: skip


def draw_parts(
    n_phases: int, random: np.random.Generator, parents: Mapping[str, str]
) -> list[Part]:
    """Crystals of types that go back to different parents, and their shares."""
    known = [item for item in crystals() if item[0] != "none"]
    chosen: list[tuple[str, str, Structure]] = []
    roots: set[str] = set()
    for k in random.permutation(len(known)):
        aristotype = root(known[k][0], parents)
        if aristotype not in roots and len(chosen) < n_phases:
            roots.add(aristotype)
            chosen.append(known[k])
    shares = random.dirichlet(np.ones(n_phases)) * (1 - n_phases * MIN_SHARE) + MIN_SHARE
    return [
        Part(
            structure_type,
            name,
            structure,
            float(share),
            float(random.uniform(30, 80)) if random.random() < 0.25 else 0.0,
        )
        for (structure_type, name, structure), share in zip(chosen, shares, strict=True)
    ]


def mixture_curves(
    parts: list[Part], radiation: str, state: dict[str, float], random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """r (angstrom) and each phase's share of G(r), in a random state, with one instrument."""
    parts_waves: list[np.ndarray] = []
    mean = 0.0
    r: np.ndarray = np.empty(0)
    for part in parts:
        structure = at_some_temperature(part.structure, random)
        peaks = some_peaks(random, part.diameter)
        if radiation == "xray":
            r, waves, f = xray_waves(structure, state, peaks)
            parts_waves.append(part.share * waves)
            mean = mean + part.share * f
        else:
            calculation = Calculation("N", state["q_max"], state["q_damp"], 0.02, state["r_max"])
            r, g = pdffit2(structure, calculation, peaks)
            b = mean_length(structure, radiation)
            parts_waves.append(part.share * b**2 * g)
            mean = mean + part.share * b
    curves = [waves / mean**2 for waves in parts_waves]
    if radiation == "xray":
        in_r = [curve_of_waves(r, waves, state) for waves in curves]
        r, curves = in_r[0][0], [g for _, g in in_r]
    return r, np.array(curves)


def told_by_noise(
    r: np.ndarray, curves: np.ndarray, measured: np.ndarray, q_max: float, n_types: int
) -> float:
    """How much the curve can tell of the phase that it tells least of: 1 is needed, less is chance.

    What a phase adds is its curve less all that the other phases imitate by their scales, lattice
    constants, U, sizes and damping: to first order their curves, r times the slopes, the second
    derivatives, and r and r^2 times the curves. The gain over the noise is compared with what one
    more phase among all types costs (`pdflearn.identification.evidence`). No fit is made.

    Parameters
    ----------
    r : array (n_r,)
        Angstrom.
    curves : array (n_phases, n_r)
        Without noise.
    measured : array (n_r,)
        Their sum with all that disturbs it.
    q_max : float
        1/angstrom.
    n_types : int
        Among so many types one more phase is looked for.
    """
    if len(curves) == 1:
        return np.inf
    n = (r[-1] - r[0]) * q_max / np.pi
    total = float(measured @ measured)
    off = measured - curves.sum(axis=0)
    noise = float(off @ off) / total
    gains = []
    for k, curve in enumerate(curves):
        freedom = []
        for other in np.delete(curves, k, axis=0):
            slope = np.gradient(other, r)
            freedom += [other, r * slope, np.gradient(slope, r), r * other, r**2 * other]
        columns = np.array(freedom).T
        columns /= np.linalg.norm(columns, axis=0)
        new = curve - columns @ np.linalg.lstsq(columns, curve, rcond=1e-6)[0]
        gains.append(evidence.gain((noise + float(new @ new) / total) ** 0.5, noise**0.5, n))
    return min(gains) / evidence.cost(MIN_PARAMETERS, n_types * N_PLACES, n)


def mean_length(structure: Structure, radiation: str) -> float:
    """The mean scattering length of a structure's atoms."""
    length = neutron_length if radiation == "neutron" else xray_length
    n = sum(atom.occupancy for atom in structure)
    return sum(atom.occupancy * length(atom.element) for atom in structure) / n


def summed_file(
    folder: Path,
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    shares: Mapping[str, float],
    lengths: Mapping[str, float],
) -> dict[str, object]:
    """Write the sum of public measured curves as one file.

    Parameters
    ----------
    folder : Path
    curves : mapping
        Name in `MEASURED` -> r (angstrom) and G(r) on the absolute scale, as far as a fit of its
        structure tells it.
    shares : mapping
        Name -> share of the atoms.
    lengths : mapping
        Name -> mean scattering length of its atoms.

    Returns
    -------
    dict
        `COLUMNS`.
    """
    low = max(curves[name][0][0] for name in shares)
    high = min(curves[name][0][-1] for name in shares)
    r = np.arange(low, high, 0.02)
    mean = sum(share * lengths[name] for name, share in shares.items())
    parts = {
        name: share * lengths[name] ** 2 / mean**2 * np.interp(r, *curves[name])
        for name, share in shares.items()
    }
    g = sum(parts.values())
    shown = " + ".join(f"{share:.2f} {name}" for name, share in shares.items())
    text, ending = text_of("plain", r, g, "xray", 25.0)
    file = folder / f"sum {shown}.{ending}".replace(" ", "_").replace("(", "").replace(")", "")
    file.write_text(text)
    types = {MEASURED[name][1]: share for name, share in shares.items()}
    seen = (r >= SEEN[0]) & (r <= SEEN[1])
    total = float(g[seen] @ g[seen])
    signals = {MEASURED[k][1]: float(part[seen] @ part[seen]) / total for k, part in parts.items()}
    row = _row(file, f"sum: {shown}", types, "xray", "measured")
    also = "+".join(ALSO[name] for name in shares if name in ALSO)
    return {**row, "signals": _joined(signals), "also": also}


def draw_sums(variant: int) -> list[dict[str, float]]:
    """Shares of the measured files of each sum: every pair of types, and every three."""
    random = seed("sums", variant)
    by_type: dict[str, list[str]] = {}
    for name, (_, structure_type, _) in MEASURED.items():
        by_type.setdefault(structure_type, []).append(name)
    sums = []
    for n_phases in (2, 3):
        for types in combinations(sorted(by_type), n_phases):
            names = [str(random.choice(by_type[structure_type])) for structure_type in types]
            shares = random.dirichlet(np.ones(n_phases)) * (1 - 0.15 * n_phases) + 0.15
            sums.append(dict(zip(names, map(float, shares), strict=True)))
    return sums


def _row(
    file: Path, name: str, shares: Mapping[str, float], radiation: str, source: str
) -> dict[str, object]:
    """One row of the table of files; the shares stand in the order of the sorted types."""
    types = sorted(shares)
    return {
        "file": str(file), "name": name, "types": "+".join(types),
        "shares": _joined(shares), "signals": "", "told": "inf", "lengths": "", "elements": "",
        "radiation": radiation, "source": source, "also": "",
    }  # fmt: skip


def _joined(values: Mapping[str, float]) -> str:
    """Numbers of types in the order of the sorted types."""
    return "+".join(f"{values[one]:.4f}" for one in sorted(values))


def table_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    """The table of all files that were made."""
    return pd.DataFrame(rows, columns=COLUMNS)
