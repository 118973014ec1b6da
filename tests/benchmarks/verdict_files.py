"""Files of measured PDFs that this project's simulator did not make, for bench_verdicts.py.

G(r) of crystals comes from PDFfit2 (C. L. Farrow et al., J. Phys.: Condens. Matter 19 (2007)
335219), that of glasses, liquids and molecules from closed formulae. Each file is drawn from a seed
of its own, so a file does not depend on those before it.
"""

import zlib
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from diffpy.pdffit2 import PdfFit
from diffpy.structure import Structure
from literature_crystals import crystals

from pdflearn.structures.elements import form_factor

XRAY_REST = 15.0  # angstrom beyond the range of an X-ray curve, over which pairs fade out
DIALECTS = ("pdfgetx3", "pdfgetx2", "pdfgui", "plain", "rmc", "pdfgetn", "fortran", "xpdfsuite")


def measured_curve(
    structure: Structure, radiation: str, random: np.random.Generator, size: float = 0.0
) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    """PDFfit2's G(r) of a structure in a random state, and how it was measured."""
    structure = at_some_temperature(structure, random)
    state = some_instrument(radiation, random)
    peaks = some_peaks(random, size)
    if radiation == "neutron":
        calculation = Calculation("N", state["q_max"], state["q_damp"], 0.01, state["r_max"])
        r, g = pdffit2(structure, calculation, peaks)
    else:
        r, g = xray_curve(structure, state, peaks)
    return r, g, state


def at_some_temperature(structure: Structure, random: np.random.Generator) -> Structure:
    """A copy with a slightly other lattice, and a random U of each element."""
    structure = Structure(structure)
    a, b, c, *angles = structure.lattice.abcABG()
    stretch = 1 + random.normal(0, 0.004)
    structure.lattice.setLatPar(a * stretch, b * stretch, c * stretch, *angles)
    u_of = {e: random.uniform(0.003, 0.010) for e in sorted({atom.element for atom in structure})}
    flat = random.uniform(0.7, 1.6)  # anisotropic where the symmetry need not say so
    for atom in structure:
        u = u_of[atom.element]
        atom.anisotropy = True
        atom.U = np.diag([u, u, u * (flat if a != c else 1.0)])
    return structure


def some_instrument(radiation: str, random: np.random.Generator) -> dict[str, float]:
    """q_max and q_damp in 1/angstrom, r_max in angstrom."""
    return {
        "q_max": random.uniform(15, 30) if radiation == "xray" else random.uniform(18, 35),
        "q_damp": random.uniform(0.01, 0.05),
        "r_max": random.choice(
            [20.0, 30.0, 50.0, 60.0] if radiation == "neutron" else [20.0, 30.0]
        ),
    }


def some_peaks(random: np.random.Generator, size: float = 0.0) -> dict[str, float]:
    """PDFfit2's variables of the shape of peaks; a diameter in angstrom, 0 for bulk."""
    peaks = {"delta1" if random.random() < 0.5 else "delta2": random.uniform(0.3, 1.5)}
    if random.random() < 0.3:
        peaks["qbroad"] = random.uniform(0.005, 0.03)
    if size:
        peaks["spdiameter"] = size
    return peaks


@dataclass(frozen=True)
class Calculation:
    """What PDFfit2 computes: beam "X" or "N", q_max and q_damp in 1/angstrom, r in angstrom."""

    beam: str
    q_max: float
    q_damp: float
    r_step: float
    r_max: float


def pdffit2(
    structure: Structure,
    calculation: Calculation,
    peaks: dict[str, float],
    lengths: dict[str, float] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """r and G of PDFfit2, with other scattering lengths than its own where given."""
    beam, step, r_max = calculation.beam, calculation.r_step, calculation.r_max
    calculator = PdfFit()
    calculator.add_structure(structure)
    n_points = round(r_max / step)
    calculator.alloc(beam, calculation.q_max, calculation.q_damp, step, r_max, n_points)
    for element, length in (lengths or {}).items():
        calculator.set_scat(beam, element, length)
    for name, value in peaks.items():
        calculator.setvar(name, value)
    calculator.calc()
    return np.array(calculator.getR()), np.array(calculator.getpdf_fit())


def xray_curve(
    structure: Structure, state: dict[str, float], peaks: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """G(r) of X-rays: PDFfit2's partial curves, each weighted by f(Q) f(Q) / <f(Q)>^2."""
    q, waves, mean = xray_waves(structure, state, peaks)
    return curve_of_waves(q, waves / mean**2, state)


def xray_waves(
    structure: Structure, state: dict[str, float], peaks: dict[str, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Q, <f(Q)>^2 F(Q) and <f(Q)> of X-rays, by PDFfit2's partial curves.

    PDFfit2 itself weighs atoms by one number, f(0), where light atoms count for too much.
    """
    counts: dict[str, float] = {}
    for atom in structure:
        counts[atom.element] = counts.get(atom.element, 0.0) + atom.occupancy
    share = {e: n / sum(counts.values()) for e, n in sorted(counts.items())}
    step, end = 0.02, state["r_max"] + XRAY_REST
    calculation = Calculation("X", 0.0, 0.0, step, end)
    alone: dict[str, np.ndarray] = {}
    partial: dict[tuple[str, str], np.ndarray] = {}
    for one in share:
        r, g = pdffit2(structure, calculation, peaks, {e: float(e == one) for e in share})
        alone[one] = partial[one, one] = g * share[one] ** 2
    for one, other in combinations(share, 2):
        lengths = {e: float(e in (one, other)) for e in share}
        both = pdffit2(structure, calculation, peaks, lengths)[1]
        both *= (share[one] + share[other]) ** 2
        partial[one, other] = both - alone[one] - alone[other]
    q = np.arange(0.5, state["q_max"], 0.02)
    f = {e: form_factor(e, q) for e in share}
    fade = np.clip((end - r) / XRAY_REST, 0.0, 1.0)
    waves = np.sin(np.outer(q, r))
    total = sum(
        step * f[one] * f[other] * (waves @ (g * fade)) for (one, other), g in partial.items()
    )
    return q, total, sum(share[e] * f[e] for e in share)


def curve_of_waves(
    q: np.ndarray, waves: np.ndarray, state: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """r and G(r), damped by the instrument, of F(Q)."""
    r = 0.02 * np.arange(1, round(state["r_max"] / 0.02) + 1)
    g = 2 / np.pi * (q[1] - q[0]) * (waves @ np.sin(np.outer(q, r)))
    return r, g * np.exp(-((state["q_damp"] * r) ** 2) / 2)


def disturb(
    r: np.ndarray, g: np.ndarray, q_max: float, random: np.random.Generator, noise: float
) -> np.ndarray:
    """Noise without frequencies above q_max, a slow background, and errors at low r."""
    white = random.normal(0, 1, len(r))
    spectrum = np.fft.rfft(white)
    q = 2 * np.pi * np.fft.rfftfreq(len(r), r[1] - r[0])
    spectrum[q > q_max] = 0
    band_limited = np.fft.irfft(spectrum, len(r))
    size = np.sqrt(np.mean(g[(r > 2) & (r < 12)] ** 2))
    g = g + noise * size * band_limited / band_limited.std()
    slow, phase = random.uniform(0.3, 1.2), random.uniform(0, 6)
    g = g + random.uniform(0, 0.12) * size * np.cos(slow * r + phase) * np.exp(-r / 8)
    return g + random.uniform(0, 0.8) * size * np.sin(q_max * r) / (1 + (r / 0.7) ** 2)


def text_of(
    dialect: str, r: np.ndarray, g: np.ndarray, radiation: str, q_max: float
) -> tuple[str, str]:
    """A file's text in a dialect, and its ending."""
    two = "".join(f"{x:.4f} {y:.6f}\n" for x, y in zip(r, g, strict=True))
    four = "".join(f"{x:.4f} {y:.6e} 0.0 0.01\n" for x, y in zip(r, g, strict=True))
    mark = "N" if radiation == "neutron" else "X"
    match dialect:
        case "pdfgetx3":
            head = (
                f"[DEFAULT]\n\nversion = pdfgetx3 2.1.0\n\n# input and output specifications\n"
                f"mode = {radiation}\noutputtype = gr\nqmaxinst = {q_max:.1f}\n"
                f"qmin = 0.8\nqmax = {q_max:.3f}\nrmax = {r[-1]}\n\n#### start data\n\n#S 1\n"
                "#L r($\\AA$)  G($\\AA^{-2}$)\n"
            )
            return head + two, "gr"
        case "pdfgetx2":
            head = (
                "#F sample.gr\n#D Tue Mar  8 11:02:33 2011\nHistory written: Tue Mar  8 2011\n"
                f"User: x\n stype={mark}  qmax={q_max:.4f}\n##### Run Information\nqmin=0.9\n"
                "##### start data\n#S 1  G(r)\n#L r  G(r)  dr  dGr\n"
            )
            return head + four, "gr"
        case "pdfgui":
            head = f"#S 1 - PDFgui\nstype={mark} qmax={q_max:.2f}\n#L r Gcalc dr dG Gdiff\n"
            rows = "".join(
                f"{x:.4f} {0.7 * y:.6f} 0.0 1.0 {0.3 * y:.6f}\n" for x, y in zip(r, g, strict=True)
            )
            return head + rows, "fgr"
        case "rmc":
            # RMCProfile's D(r) = G(r); its header is a count and a title.
            return f"{len(r)}\nD(r) of sample\n" + two, "gr"
        case "pdfgetn":
            return f"# PDFgetN\n# Qmax={q_max:.1f} stype=N\n# r G dr dG\n" + four, "gr"
        case "fortran":
            rows = "".join(f"  {x:.5E}  {y:.7E}\r\n" for x, y in zip(r, g, strict=True))
            return rows.replace("E", "D"), "dat"
        case "xpdfsuite":
            head = f"# xPDFsuite Configuration #\n[PDF]\nqmax = {q_max:.2f}\nqmin = 0.5\n\n# r G\n"
            return head + two.replace(" ", "\t"), "gr"
    return two, "gr"


def hard_spheres(r: np.ndarray, diameter: float, packing: float, q_max: float) -> np.ndarray:
    """G(r) of a Percus-Yevick liquid, from its structure factor (M. S. Wertheim 1963)."""
    q = np.arange(0.02, q_max, 0.02)
    x, e = q * diameter, packing
    a, b = (1 + 2 * e) ** 2 / (1 - e) ** 4, -6 * e * (1 + e / 2) ** 2 / (1 - e) ** 4
    d = e * a / 2
    s, c = np.sin(x), np.cos(x)
    direct = (
        a * (s - x * c) / x**3
        + b * (2 * x * s + (2 - x**2) * c - 2) / x**4
        + d * (-(x**4) * c + 4 * ((3 * x**2 - 6) * c + (x**3 - 6 * x) * s + 6)) / x**6
    )
    factor = 1 / (1 + 24 * e * direct)
    f = q * (factor - 1) * np.exp(-(q**2) * 0.004)
    return 2 / np.pi * 0.02 * (f @ np.sin(np.outer(q, r)))


def shells(r: np.ndarray, positions: np.ndarray, width: float, q_max: float) -> np.ndarray:
    """G(r) of one cluster or molecule as a Debye sum of carbon-like atoms; a smooth rest."""
    apart = np.linalg.norm(positions[:, None] - positions[None], axis=-1)
    distance = apart[np.triu_indices(len(positions), 1)]
    q = np.arange(0.5, q_max, 0.02)
    sums = np.sin(np.outer(q, distance)) / distance
    f = 2 / len(positions) * sums.sum(1) * np.exp(-(q**2) * width**2 / 2)
    return 2 / np.pi * 0.02 * (f @ np.sin(np.outer(q, r)))


def c60() -> np.ndarray:
    """The 60 corners of a truncated icosahedron of edge 1.44 angstrom."""
    t = (1 + 5**0.5) / 2
    corners = set()
    for x, y, z in ((0, 1, 3 * t), (2, 1 + 2 * t, t), (1, 2 + t, 2 * t)):
        for signs in np.ndindex(2, 2, 2):
            p = np.array([x, y, z]) * (1 - 2 * np.array(signs))
            corners |= {tuple(np.round(np.roll(p, k), 6)) for k in range(3)}
    return np.array(sorted(corners)) * 0.72


def packed(
    random: np.random.Generator, n_atoms: int, radius: float, min_distance: float
) -> np.ndarray:
    """Random points in a sphere that keep a minimum distance: a disordered cluster."""
    points = np.empty((0, 3))
    while len(points) < n_atoms:
        point = random.uniform(-radius, radius, 3)
        if np.linalg.norm(point) < radius and (
            not len(points) or np.linalg.norm(points - point, axis=1).min() > min_distance
        ):
            points = np.vstack([points, point])
    return points


def no_types(random: np.random.Generator) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Name, r and G of what is no crystal."""
    r = np.arange(0.01, 30, 0.01)
    ring = np.array([[np.cos(k * np.pi / 3), np.sin(k * np.pi / 3), 0] for k in range(6)]) * 1.39
    # A silica-like network: mean shells with widths that grow with distance.
    glass = sum(
        n * np.exp(-((r - at) ** 2) / 2 / w**2)
        for at, n, w in ((1.61, 4, 0.06), (2.63, 3.4, 0.10), (3.08, 2.2, 0.13), (4.1, 3, 0.3),
                         (5.05, 5, 0.35), (6.4, 4, 0.45), (7.6, 4, 0.55))
    ) / r * 0.6 - 0.8 * r * 0.066 * np.exp(-((r / 7) ** 2)) * 4  # fmt: skip
    return [
        ("liquid metal", r, hard_spheres(r, 2.6, 0.45, 20.0)),
        ("liquid argon", r, hard_spheres(r, 3.5, 0.40, 15.0)),
        ("metallic glass", r, hard_spheres(r, 2.5, 0.52, 22.0)),
        ("silica glass", r, glass),
        ("C60 solid", r, shells(r, c60(), 0.06, 25.0)),
        ("benzene", r, shells(r, ring, 0.06, 22.0)),
        ("disordered cluster", r, shells(r, packed(random, 200, 9.0, 2.3), 0.1, 20.0)),
        ("noise", r, random.normal(0, 1, len(r))),
        ("flat", r, np.full(len(r), 0.3) + 1e-4 * random.normal(0, 1, len(r))),
        ("S(Q) as G(r)", r, np.sin(2.4 * r) / (2.4 * r) * np.exp(-((r / 14) ** 2)) + 1),
        ("straight line", r, -0.5 * r + 0.05 * random.normal(0, 1, len(r))),
        ("one wave", r, np.sin(2.7 * r) * np.exp(-r / 12)),
    ]


def seed(*words: object) -> np.random.Generator:
    """A generator of its own for everything that is made, by its name."""
    return np.random.default_rng(zlib.crc32("|".join(map(str, words)).encode()))


def make_files(folder: Path, variant: int = 0) -> pd.DataFrame:
    """Write the files of one draw of all states.

    Parameters
    ----------
    folder : Path
    variant : int
        Which draw.

    Returns
    -------
    DataFrame
        One row a file: file, name, label, radiation, both (the types of both phases of a mixture),
        dialect, step (angstrom) and q_max (1/angstrom).
    """
    rows = []

    def write(
        name: str, label: str, radiation: str, r: np.ndarray, g: np.ndarray, q_max: float,
        other: str = "",
    ) -> None:  # fmt: skip
        random = seed("write", name, variant)
        dialect = str(random.choice(DIALECTS))
        if radiation == "neutron" and dialect in ("pdfgetx3", "xpdfsuite"):
            dialect = "pdfgetn"
        if radiation == "xray" and dialect == "pdfgetn":
            dialect = "pdfgetx2"
        step = float(random.choice([0.01, 0.02, 0.05, 0.9 * np.pi / q_max]))
        low = float(random.choice([0.01, 0.5, 1.0, 2.0]))
        grid = np.arange(max(low, r[0]), r[-1], step)
        g = np.interp(grid, r, g) * float(random.choice([1, 1, 0.2, 50, 6e3]))
        text, ending = text_of(dialect, grid, g, radiation, q_max)
        file = folder / f"{len(rows):04d}.{ending}"  # the name says nothing of the sample
        file.write_bytes(text.encode("latin-1"))
        rows.append({"file": str(file), "name": name, "label": label, "radiation": radiation})
        # Whoever names both phases of a mixture is right as well.
        rows[-1]["both"] = "+".join(sorted([label, other])) if other else label
        rows[-1] |= {"dialect": dialect, "step": step, "q_max": q_max}

    known = crystals()
    by_name = {name: structure for _, name, structure in known}
    for index, (structure_type, name, structure) in enumerate(known):
        conditions = [("xray", 0.0), ("neutron", 0.0)]
        if index % 5 == 0 and structure_type != "none":
            conditions.append(("xray", float(seed("size", name, variant).uniform(25, 60))))
        if index % 3 == 1 or structure_type == "none":
            conditions.pop(1)
        for radiation, size in conditions:
            random = seed(name, radiation, size > 0, variant)
            r, g, state = measured_curve(structure, radiation, random, size)
            other = ""
            # Some samples hold a little of another phase.
            if index % 7 == 3 and structure_type not in ("none", "perovskite"):
                other = "perovskite"
                _, extra, _ = measured_curve(by_name["SrTiO3"], radiation, random)
                n = min(len(g), len(extra))
                r, g = r[:n], g[:n] + 0.05 * extra[:n]
            g = disturb(r, g, state["q_max"], random, random.uniform(0.02, 0.12))
            shown = f"{name} {size:.0f} A" if size else name
            write(f"{shown} {radiation}", structure_type, radiation, r, g, state["q_max"], other)
    for name, r, g in no_types(seed("none", variant)):
        write(name, "none", "xray", r, g, 22.0)
    return pd.DataFrame(rows)
