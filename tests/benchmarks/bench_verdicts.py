"""How often measured files are named rightly: files that this project's simulator did not make.

    python tests/benchmarks/bench_verdicts.py --out results/bench [--variant N] [--keep FOLDER]

Needs a study that has run. Some variants were looked at while the rules of
`pdflearn.identification.verdict` were made (it says which, and for what); others test them. About
ninety files are made with PDFfit2
(C. L. Farrow et al., J. Phys.: Condens. Matter 19 (2007) 335219) from structures typed in from the
literature: other temperatures and lattice constants, anisotropic U, delta1, nanoparticles, solid
solutions, a few per cent of a second phase, background, noise, many dialects, X-rays (partial
curves weighted by form factors) and neutrons. Ten files and more belong to no type: glass, liquids,
molecules, types that the library does not have, noise, wrong quantities.
Prints every file's answer, then scores as `score_measured` counts them.
"""

import argparse
import tempfile
import time
import zlib
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from diffpy.pdffit2 import PdfFit, redirect_stdout
from diffpy.structure import Atom, Lattice, Structure
from diffpy.structure.spacegroups import GetSpaceGroup
from diffpy.structure.symmetryutilities import ExpandAsymmetricUnit
from threadpoolctl import threadpool_limits

from pdflearn.core.io import save_table
from pdflearn.identification.results import PARAMETER_COLUMNS
from pdflearn.identification.sample import identify_sample
from pdflearn.identification.scores import by_sample, score_files
from pdflearn.identification.scores import summary as summarize
from pdflearn.measured.samples import INDEX_COLUMNS
from pdflearn.models.probabilities import type_probabilities
from pdflearn.structures.elements import form_factor
from pdflearn.study.identify import load_study, read_files

# type, name, space group (origin choice 1), cell, sites "element x y z [element2 its share]"
CRYSTALS = """
fcc|Al|Fm-3m|4.0496|Al 0 0 0
fcc|Cu0.7Ni0.3|Fm-3m|3.583|Cu 0 0 0 Ni 0.3
fcc|Ag|Fm-3m|4.0862|Ag 0 0 0
bcc|Fe|Im-3m|2.8665|Fe 0 0 0
bcc|Mo0.5Nb0.5|Im-3m|3.222|Mo 0 0 0 Nb 0.5
hcp|Ti|P63/mmc|2.951 2.951 4.684 90 90 120|Ti 0.33333 0.66667 0.25
hcp|Ru|P63/mmc|2.706 2.706 4.282 90 90 120|Ru 0.33333 0.66667 0.25
diamond|Ge|Fd-3m|5.658|Ge 0 0 0
zincblende|ZnS0.5Se0.5|F-43m|5.540|Zn 0 0 0;S 0.25 0.25 0.25 Se 0.5
zincblende|InAs|F-43m|6.058|In 0 0 0;As 0.25 0.25 0.25
wurtzite|ZnO|P63mc|3.2498 3.2498 5.2066 90 90 120|Zn 0.33333 0.66667 0;O 0.33333 0.66667 0.382
wurtzite|GaN|P63mc|3.189 3.189 5.186 90 90 120|Ga 0.33333 0.66667 0;N 0.33333 0.66667 0.377
rocksalt|Ni0.6Mg0.4O|Fm-3m|4.190|Ni 0 0 0 Mg 0.4;O 0.5 0.5 0.5
rocksalt|PbTe|Fm-3m|6.462|Pb 0 0 0;Te 0.5 0.5 0.5
rocksalt|MnO|Fm-3m|4.446|Mn 0 0 0;O 0.5 0.5 0.5
CsCl|CsBr|Pm-3m|4.286|Cs 0 0 0;Br 0.5 0.5 0.5
fluorite|Ce0.8Zr0.2O2|Fm-3m|5.366|Ce 0 0 0 Zr 0.2;O 0.25 0.25 0.25
fluorite|BaF2|Fm-3m|6.200|Ba 0 0 0;F 0.25 0.25 0.25
rutile|TiO2|P42/mnm|4.594 4.594 2.959 90 90 90|Ti 0 0 0;O 0.305 0.305 0
rutile|SnO2|P42/mnm|4.738 4.738 3.187 90 90 90|Sn 0 0 0;O 0.307 0.307 0
anatase|TiO2|I41/amd|3.785 3.785 9.514 90 90 90|Ti 0 0 0;O 0 0 0.208
perovskite|SrTiO3|Pm-3m|3.905|Sr 0.5 0.5 0.5;Ti 0 0 0;O 0.5 0 0
perovskite|BaZrO3|Pm-3m|4.193|Ba 0.5 0.5 0.5;Zr 0 0 0;O 0.5 0 0
GdFeO3|CaTiO3|Pnma|5.443 7.643 5.381 90 90 90|Ca 0.036 0.25 -0.007;Ti 0 0 0.5;O 0.484 0.25 0.071;O 0.289 0.037 -0.289
GdFeO3|LaFeO3|Pnma|5.565 7.855 5.556 90 90 90|La 0.028 0.25 -0.007;Fe 0 0 0.5;O 0.488 0.25 0.075;O 0.281 0.039 -0.281
spinel|MgAl2O4|Fd-3m|8.084|Mg 0 0 0;Al 0.625 0.625 0.625;O 0.387 0.387 0.387
spinel|ZnFe2O4|Fd-3m|8.441|Zn 0 0 0;Fe 0.625 0.625 0.625;O 0.3855 0.3855 0.3855
corundum|Al2O3|167|4.759 4.759 12.993 90 90 120|Al 0 0 0.3522;O 0.3064 0 0.25
corundum|Cr2O3|167|4.958 4.958 13.594 90 90 120|Cr 0 0 0.3475;O 0.3058 0 0.25
cuprite|Cu2O|Pn-3m|4.2696|O 0 0 0;Cu 0.25 0.25 0.25
calcite|CaCO3|167|4.990 4.990 17.06 90 90 120|Ca 0 0 0;C 0 0 0.25;O 0.2568 0 0.25
pyrite|FeS2|Pa-3|5.418|Fe 0 0 0;S 0.385 0.385 0.385
pyrochlore|La2Zr2O7|Fd-3m|10.805|La 0.625 0.625 0.625;Zr 0.125 0.125 0.125;O 0.5 0.5 0.5;O 0.457 0.25 0.25
ThCr2Si2|BaFe2As2|I4/mmm|3.963 3.963 13.017 90 90 90|Ba 0 0 0;Fe 0.5 0 0.25;As 0 0 0.3545
bixbyite|Y2O3|Ia-3|10.604|Y 0.25 0.25 0.25;Y 0.9676 0 0.25;O 0.3912 0.1522 0.3805
bixbyite|In2O3|Ia-3|10.118|In 0.25 0.25 0.25;In 0.9664 0 0.25;O 0.3905 0.1529 0.3832
scheelite|CaWO4|I41/a|5.243 5.243 11.376 90 90 90|Ca 0 0 0.5;W 0 0 0;O 0.241 0.151 0.0861
zircon|ZrSiO4|I41/amd|6.607 6.607 5.982 90 90 90|Zr 0 0 0;Si 0 0 0.5;O 0 0.316 0.445
skutterudite|CoSb3|Im-3|9.036|Co 0.25 0.25 0.25;Sb 0 0.335 0.1579
quartz|SiO2|P3221|4.913 4.913 5.405 90 90 120|Si 0.4697 0 0.66667;O 0.4135 0.2669 0.7858
garnet|Y3Al5O12|Ia-3d|12.005|Y 0.125 0 0.25;Al 0 0 0;Al 0.375 0 0.25;O 0.9701 0.0506 0.1488
L1_2|Ni3Al|Pm-3m|3.572|Al 0 0 0;Ni 0 0.5 0.5
half_heusler|ZrNiSn|F-43m|6.113|Zr 0 0 0;Sn 0.5 0.5 0.5;Ni 0.25 0.25 0.25
NiAs|NiAs|P63/mmc|3.619 3.619 5.034 90 90 120|Ni 0 0 0;As 0.33333 0.66667 0.25
alpha_NaFeO2|LiCoO2|166|2.816 2.816 14.05 90 90 120|Li 0 0 0.5;Co 0 0 0;O 0 0 0.26
laves_C15|MgCu2|Fd-3m|7.034|Mg 0 0 0;Cu 0.625 0.625 0.625
CdI2|TiS2|P-3m1|3.407 3.407 5.695 90 90 120|Ti 0 0 0;S 0.33333 0.66667 0.2501
apatite|Ca5(PO4)3F|P63/m|9.37 9.37 6.88 90 90 120|Ca 0.33333 0.66667 0.001;Ca 0.2416 0.0071 0.25;P 0.3982 0.3689 0.25;O 0.3265 0.4842 0.25;O 0.5885 0.4664 0.25;O 0.3417 0.2568 0.0703;F 0 0 0.25
none|clathrate Ba8Ga16Ge30|Pm-3n|10.785|Ba 0 0 0;Ba 0.25 0.5 0;Ge 0.25 0 0.5 Ga 0.35;Ge 0.185 0.185 0.185 Ga 0.35;Ge 0 0.31 0.117 Ga 0.35
none|BaCd11-like NaZn13|Fm-3c|12.283|Na 0.25 0.25 0.25;Zn 0 0 0;Zn 0 0.1806 0.1192
none|Prussian blue|Fm-3m|10.17|Fe 0 0 0;Fe 0.5 0 0;C 0.19 0 0;N 0.305 0 0
none|alpha boron|166|4.908 4.908 12.567 90 90 120|B 0.1192 0.2384 0.8912;B 0.1968 0.3936 0.0243
"""  # noqa: E501
XRAY_REST = 15.0  # angstrom beyond the range of an X-ray curve, over which pairs fade out
DIALECTS = ("pdfgetx3", "pdfgetx2", "pdfgui", "plain", "rmc", "pdfgetn", "fortran", "xpdfsuite")


def crystals() -> list[tuple[str, str, Structure]]:
    """Type, name and structure of every line of CRYSTALS."""
    found = []
    for line in CRYSTALS.strip().splitlines():
        kind, name, group, cell, sites = line.split("|")
        numbers = [float(x) for x in cell.split()]
        lattice = Lattice(*(numbers if len(numbers) > 1 else [numbers[0]] * 3 + [90.0] * 3))
        symmetry = GetSpaceGroup(int(group) if group.isdigit() else group)
        structure = Structure(lattice=lattice)
        for site in sites.split(";"):
            element, *rest = site.split()
            places = ExpandAsymmetricUnit(symmetry, [[float(x) for x in rest[:3]]]).expandedpos[0]
            shares = {element: 1.0}
            if len(rest) > 3:
                shares = {element: 1 - float(rest[4]), rest[3]: float(rest[4])}
            for xyz in places:
                for symbol, share in shares.items():
                    structure.append(Atom(symbol, xyz, occupancy=share))
        found.append((kind, name, structure))
    return found


def measured_curve(
    structure: Structure, radiation: str, random: np.random.Generator, size: float = 0.0
) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    """PDFfit2's G(r) of a structure in a random state, and how it was measured."""
    stru = Structure(structure)
    a, b, c, *angles = stru.lattice.abcABG()
    grown = 1 + random.normal(0, 0.004)
    stru.lattice.setLatPar(a * grown, b * grown, c * grown, *angles)
    u_of = {e: random.uniform(0.003, 0.010) for e in sorted({atom.element for atom in stru})}
    flat = random.uniform(0.7, 1.6)  # anisotropic where the symmetry need not say so
    for atom in stru:
        u = u_of[atom.element]
        atom.anisotropy = True
        atom.U = np.diag([u, u, u * (flat if a != c else 1.0)])
    state = {
        "q_max": random.uniform(15, 30) if radiation == "xray" else random.uniform(18, 35),
        "q_damp": random.uniform(0.01, 0.05),
        "r_max": random.choice(
            [20.0, 30.0, 50.0, 60.0] if radiation == "neutron" else [20.0, 30.0]
        ),
    }
    sharp = {"delta1" if random.random() < 0.5 else "delta2": random.uniform(0.3, 1.5)}
    if random.random() < 0.3:
        sharp["qbroad"] = random.uniform(0.005, 0.03)
    if size:
        sharp["spdiameter"] = size
    if radiation == "neutron":
        r, g = pdffit2(stru, "N", state["q_max"], state["q_damp"], 0.01, state["r_max"], sharp)
    else:
        r, g = xray_curve(stru, state, sharp)
    return r, g, state


def pdffit2(
    stru: Structure, beam: str, q_max: float, q_damp: float, step: float, r_max: float,
    sharp: dict[str, float], lengths: dict[str, float] | None = None,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """r and G of PDFfit2, with scattering lengths of one's own where given."""
    calculator = PdfFit()
    calculator.add_structure(stru)
    calculator.alloc(beam, q_max, q_damp, step, r_max, round(r_max / step))
    for element, length in (lengths or {}).items():
        calculator.set_scat(beam, element, length)
    for name, value in sharp.items():
        calculator.setvar(name, value)
    calculator.calc()
    return np.array(calculator.getR()), np.array(calculator.getpdf_fit())


def xray_curve(
    stru: Structure, state: dict[str, float], sharp: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """G(r) of X-rays: PDFfit2's partial curves, each weighted by f(Q) f(Q) / <f(Q)>^2.

    PDFfit2 itself weighs atoms by one number, f(0), where light atoms count for too much.
    """
    counts: dict[str, float] = {}
    for atom in stru:
        counts[atom.element] = counts.get(atom.element, 0.0) + atom.occupancy
    share = {e: n / sum(counts.values()) for e, n in sorted(counts.items())}
    step, end = 0.02, state["r_max"] + XRAY_REST
    alone: dict[str, np.ndarray] = {}
    partial: dict[tuple[str, str], np.ndarray] = {}
    for one in share:
        r, g = pdffit2(stru, "X", 0.0, 0.0, step, end, sharp, {e: float(e == one) for e in share})
        alone[one] = partial[one, one] = g * share[one] ** 2
    for one, other in combinations(share, 2):
        lengths = {e: float(e in (one, other)) for e in share}
        both = pdffit2(stru, "X", 0.0, 0.0, step, end, sharp, lengths)[1]
        both *= (share[one] + share[other]) ** 2
        partial[one, other] = both - alone[one] - alone[other]
    q = np.arange(0.5, state["q_max"], 0.02)
    f = {e: form_factor(e, q) for e in share}
    mean = sum(share[e] * f[e] for e in share)
    fade = np.clip((end - r) / XRAY_REST, 0.0, 1.0)
    waves = np.sin(np.outer(q, r))
    total = sum(
        f[one] * f[other] / mean**2 * (waves @ (g * fade)) for (one, other), g in partial.items()
    )
    inside = r <= state["r_max"]
    r = r[inside]
    g = 2 / np.pi * step * 0.02 * (total @ waves[:, inside])
    return r, g * np.exp(-((state["q_damp"] * r) ** 2) / 2)


def spoil(
    r: np.ndarray, g: np.ndarray, q_max: float, random: np.random.Generator, noise: float
) -> np.ndarray:
    """Noise without frequencies above q_max, a slow background, and errors at low r."""
    rough = random.normal(0, 1, len(r))
    spectrum = np.fft.rfft(rough)
    q = 2 * np.pi * np.fft.rfftfreq(len(r), r[1] - r[0])
    spectrum[q > q_max] = 0
    rough = np.fft.irfft(spectrum, len(r))
    size = np.sqrt(np.mean(g[(r > 2) & (r < 12)] ** 2))
    g = g + noise * size * rough / rough.std()
    slow, where = random.uniform(0.3, 1.2), random.uniform(0, 6)
    g = g + random.uniform(0, 0.12) * size * np.cos(slow * r + where) * np.exp(-r / 8)
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
    found = set()
    for x, y, z in ((0, 1, 3 * t), (2, 1 + 2 * t, t), (1, 2 + t, 2 * t)):
        for signs in np.ndindex(2, 2, 2):
            p = np.array([x, y, z]) * (1 - 2 * np.array(signs))
            found |= {tuple(np.round(np.roll(p, k), 6)) for k in range(3)}
    return np.array(sorted(found)) * 0.72


def packed(random: np.random.Generator, atoms: int, radius: float, least: float) -> np.ndarray:
    """Random points in a sphere that keep a least distance: a disordered cluster."""
    found = np.empty((0, 3))
    while len(found) < atoms:
        point = random.uniform(-radius, radius, 3)
        if np.linalg.norm(point) < radius and (
            not len(found) or np.linalg.norm(found - point, axis=1).min() > least
        ):
            found = np.vstack([found, point])
    return found


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
    """Write the files; file, sample, label, radiation as told (may be empty) and as it was."""
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
        file = folder / f"{len(rows):04d}.{ending}"  # the name must not tell
        file.write_bytes(text.encode("latin-1"))
        rows.append({"file": str(file), "name": name, "label": label, "was": radiation})
        # Whoever names both phases of a mixture is right as well.
        rows[-1]["both"] = "+".join(sorted([label, other])) if other else label
        rows[-1] |= {"dialect": dialect, "step": step, "q_max": q_max}

    known = crystals()
    by_name = {name: structure for _, name, structure in known}
    for place, (kind, name, structure) in enumerate(known):
        ways = [("xray", 0.0), ("neutron", 0.0)]
        if place % 5 == 0 and kind != "none":
            ways.append(("xray", float(seed("size", name, variant).uniform(25, 60))))
        if place % 3 == 1 or kind == "none":
            ways.pop(1)
        for radiation, size in ways:
            random = seed(name, radiation, size > 0, variant)
            r, g, state = measured_curve(structure, radiation, random, size)
            other = ""
            if place % 7 == 3 and kind not in ("none", "perovskite"):  # some of another phase
                other = "perovskite"
                _, extra, _ = measured_curve(by_name["SrTiO3"], radiation, random)
                n = min(len(g), len(extra))
                r, g = r[:n], g[:n] + 0.05 * extra[:n]
            g = spoil(r, g, state["q_max"], random, random.uniform(0.02, 0.12))
            shown = f"{name} {size:.0f} A" if size else name
            write(f"{shown} {radiation}", kind, radiation, r, g, state["q_max"], other)
    for name, r, g in no_types(seed("none", variant)):
        write(name, "none", "xray", r, g, 22.0)
    return pd.DataFrame(rows)


def main() -> None:
    """Make the files, identify them, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="results/bench")
    parser.add_argument("--keep", default="", help="folder where the files are left")
    parser.add_argument("--variant", type=int, default=0, help="another draw of all states")
    parser.add_argument("--only", default="", help="names with this word alone")
    wanted = parser.parse_args()
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(wanted.keep or name)
        folder.mkdir(parents=True, exist_ok=True)
        redirect_stdout(open("/dev/null", "w"))  # noqa: SIM115  (PDFfit2's messages)
        made = make_files(folder, wanted.variant)
        made = made[made["name"].str.contains(wanted.only, regex=False)]
        study = load_study("results")
        print(f"files made in {time.process_time() - begun:.0f} s")
        rows, answers = [], []
        for row in made.to_dict("records"):
            batch, rejected = read_files([row["file"]], study.grid)
            if not batch.samples:
                print(f"{row['name']:32}{row['label']:14} not read: {rejected[0]['reason']}")
                continue
            sample = batch.samples[0]
            probabilities = type_probabilities(
                batch.patterns_array(study.grid.points), study.model
            ).iloc[0]
            result = identify_sample(sample, probabilities.to_dict(), study.catalogue, top_n=5)
            answer, ranked = result.answer, result.types
            answers += ranked
            types = [item["structure_type"] for item in ranked[:3]]
            label = row["both"] if types[0] == row["both"] else row["label"]
            told = sample.radiation or "-"
            described = sample.to_row() | {
                "label": label,
                "sample": row["name"],
                "radiation": row["was"],
            }
            rows.append(described)
            right = "" if types[0] == label else "*"
            if row["label"] == "none":
                right = "*" if answer.verdict == "accepted" else ""
            print(
                f"{right:2}{row['name']:32}{row['label']:14}{answer.verdict:14}"
                f"{ranked[0]['rw']:.3f}/{answer.rw_limit:.2f} p "
                f"{answer.probabilities.get(row['label'], 0):.2f} "
                f"{' '.join(types)} [{row['dialect']} {row['step']:.2f} told {told} took "
                f"{answer.radiation} Q {row['q_max']:.1f} as {described['q_max']:.1f}]",
                flush=True,
            )
    index = pd.DataFrame(rows).reindex(columns=INDEX_COLUMNS).fillna("")
    table = study.catalogue.parents
    empty = pd.DataFrame(columns=PARAMETER_COLUMNS)
    samples = by_sample(score_files(index, pd.DataFrame(answers), empty, table))
    summary = summarize(samples)
    print(summary.to_string(index=False))
    print(samples["verdict"].value_counts().to_string())
    print(f"CPU {time.process_time() - begun:.0f} s")
    save_table(Path(wanted.out) / "bench_verdicts.csv", samples)


if __name__ == "__main__":
    main()
