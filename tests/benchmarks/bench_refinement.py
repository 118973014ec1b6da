"""How fast and how right refinements are: against diffpy.pdffit2 on the same points.

    python tests/benchmarks/bench_refinement.py --out FOLDER [--quick]

Curves are simulated by PDFfit2 with f(0) and noise of 5 % in the band below q_max, so that nothing
of ours is in them. Both programs refine lattice constants, U of each element, delta2 and the scale,
from the same start, to 20 and to 50 angstrom. PDFfit2 divides by r where we and diffpy-CMI divide
by the pair's distance, which shifts a by up to 2e-4; so the bar of 1e-4 is held against our own
simulation of the same crystal too. Times are CPU seconds of one thread. FOLDER gets refinement.csv
(one row a figure) and refinement.md.

With --public FILES, the folder of diffpy.cmi's measured curves, platinum is also refined as that
package's example does, whose results stand beside ours; and the scatter of parameters along the
17 temperatures of SrFe2As2 about their neighbours' means stands beside their standard errors.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "workflow"), str(HERE.parent)]

import numpy as np  # noqa: E402
import scattering_cases as cases  # noqa: E402
from diffpy.pdffit2 import PdfFit, redirect_stdout  # noqa: E402
from diffpy.structure import Structure  # noqa: E402

from pdflearn.measured.observation import Observation, observe  # noqa: E402
from pdflearn.measured.reader import read_pdf  # noqa: E402
from pdflearn.refinement.phase import Phase  # noqa: E402
from pdflearn.refinement.recipe import Recipe  # noqa: E402
from pdflearn.refinement.refinement import Fit, refine  # noqa: E402
from pdflearn.simulation.simulator import simulate_pdf  # noqa: E402
from pdflearn.structures.stru_writer import PhaseSettings, write_stru  # noqa: E402
from pdflearn.structures.structure import make_structure  # noqa: E402

COLUMNS = ("case", "atoms", "r_max", "data", "what", "ours", "pdffit2", "truth")
Q_MAX, Q_DAMP, NOISE, STEP = 25.0, 0.03, 0.05, 0.05
U, DELTA2 = 0.006, 1.5
RANGES = (20.0, 50.0)
SMALL = ("Ni", "SrTiO3", "CeO2")
# Where CPU seconds must stay below on README's machine, by the range, for small cells.
BAR = {20.0: 0.1, 50.0: 0.25}
CASES: dict[str, tuple[Callable[[], Structure], str]] = {
    "Ni": (cases.TWENTY["Ni"], "cubic"),
    "SrTiO3": (cases.TWENTY["SrTiO3"], "cubic"),
    "CeO2": (cases.TWENTY["CeO2"], "cubic"),
    "Al2O3": (cases.corundum, "trigonal"),
}


def with_u(structure: Structure, stretch: float, u: float) -> Structure:
    """The structure with one U, and lengths stretched."""
    a, b, c, *angles = structure.lattice.abcABG()
    return make_structure(
        (a * stretch, b * stretch, c * stretch, *angles),
        [atom.element for atom in structure],
        structure.xyz,
        u=np.full(len(structure), u),
        orbits=getattr(structure, "orbits", None),
    )


def pdffit2_of(structure: Structure, r: np.ndarray, g: np.ndarray | None, delta2: float) -> PdfFit:
    """PDFfit2 with a structure and with data, or a range to calculate."""
    peer = PdfFit()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.stru"
        path.write_text(write_stru(structure, PhaseSettings(delta2=delta2)))
        peer.read_struct(str(path))
        if g is None:
            peer.alloc("X", Q_MAX, Q_DAMP, float(r[0]), float(r[-1]), len(r))
        else:
            data = Path(folder) / "d.gr"
            data.write_text("".join(f"{x:.6f} {y:.9g}\n" for x, y in zip(r, g, strict=True)))
            peer.read_data(str(data), "X", Q_MAX, Q_DAMP)
    return peer


def noisy(r: np.ndarray, g: np.ndarray, seed: int) -> np.ndarray:
    """The curve with noise in the band below q_max."""
    size = 1 << 14
    q = 2 * np.pi * np.fft.rfftfreq(size, STEP)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=size))
    band = np.fft.irfft(np.where(q <= Q_MAX, spectrum, 0.0))[: len(g)]
    return g + NOISE * np.sqrt(np.mean(g**2)) * band / np.std(band)


def of_pdffit2(
    start: Structure, system: str, r: np.ndarray, g: np.ndarray
) -> tuple[dict[str, float], float]:
    """What PDFfit2 refines, and its CPU seconds."""
    peer = pdffit2_of(start, r, g, 1.0)
    axes = [(1,), (2,), (3,)]
    if system == "cubic":
        axes = [(1, 2, 3)]
    elif system in ("tetragonal", "hexagonal", "trigonal"):
        axes = [(1, 2), (3,)]
    n = 0
    for group in axes:
        n += 1
        for axis in group:
            peer.constrain(peer.lat(axis), n)
        peer.setpar(n, peer.lat(group[0]))
    elements = list(dict.fromkeys(atom.element for atom in start))
    for element in elements:
        n += 1
        for k, atom in enumerate(start, start=1):
            if atom.element == element:
                for name in ("u11", "u22", "u33"):
                    peer.constrain(getattr(peer, name)(k), n)
        peer.setpar(n, 0.007)
    for variable, value in ((peer.delta2, 1.0), (peer.pscale, 1.0)):
        n += 1
        peer.constrain(variable, n)
        peer.setpar(n, value)
    before = time.process_time()
    peer.refine()
    seconds = time.process_time() - before
    values = {"a": peer.getvar(peer.lat(1)), "delta2": peer.getvar(peer.delta2)}
    symbols = [atom.element for atom in start]
    for element in elements:
        values[f"u_iso_{element}"] = peer.getvar(peer.u11(symbols.index(element) + 1))
    return {**values, "rw": peer.getrw()}, seconds


def of_ours(start: Structure, system: str, seen: Observation) -> tuple[Fit, float]:
    """Our fit, and its CPU seconds: all from the phase on, compiled code warm."""
    recipe = Recipe(scattering="f(0)", shape="bulk")
    refine(seen, [Phase(start, crystal_system=system)], recipe=recipe)
    before = time.process_time()
    fit = refine(seen, [Phase(start, crystal_system=system)], recipe=recipe)
    return fit, time.process_time() - before


def measure(name: str, r_max: float) -> list[tuple]:
    """All rows of one case and range."""
    make, system = CASES[name]
    base = make()
    truth = with_u(base, 1.0, U)
    start = with_u(base, 1.001, 0.007)  # PDFfit2 is lost from farther away
    r = np.arange(1.5, r_max, STEP)
    expected = {"a": truth.lattice.a, "delta2": DELTA2}
    expected |= {f"u_iso_{atom.element}": U for atom in truth}
    rows = []
    peer = pdffit2_of(truth, r, None, DELTA2)
    peer.calc()
    of_peer = np.array(peer.getpdf_fit())
    of_us = simulate_pdf(
        truth, q_min=0.5, q_max=Q_MAX, q_damp=Q_DAMP, u_iso=U, delta2=DELTA2, r_min=float(r[0]),
        r_max=float(r[-1]) + 0.5 * STEP, r_step=STEP, form_factor="constant",
    )[1]  # fmt: skip
    for data, g in (("pdffit2's", of_peer), ("ours", of_us)):
        seen = Observation(r, noisy(r, g, seed=1), "xray", 0.5, Q_MAX, Q_DAMP, 0.0)
        fit, seconds = of_ours(start, system, seen)
        values, other = of_pdffit2(start, system, r, seen.g)
        ours = {key: item.value for key, item in fit.parameters.items()} | {"rw": fit.rw}
        common = (name, len(truth), r_max, data)
        rows.append((*common, "cpu_seconds", seconds, other, np.nan))
        for key, value in values.items():
            rows.append((*common, key, ours[key], value, expected.get(key, np.nan)))
    return rows


FCC = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
# diffpy.cmi 3.2.0, docs/examples/pdf/ch03NiModelling: platinum from 1.5 to 50 angstrom.
PLATINUM = {"a": 3.92486, "u_iso_Pt": 0.00893, "delta2": 3.549, "diameter": 37.43, "rw": 0.1059}
PLATINUM_GIVEN = {"q_damp": 0.045298, "q_broad": 0.016387}


def platinum(folder: Path) -> list[tuple]:
    """Rows of platinum: ours beside diffpy-CMI's."""
    crystal = make_structure((3.92, 3.92, 3.92, 90, 90, 90), ["Pt"] * 4, FCC, orbits=[0] * 4)
    pattern = read_pdf(folder / "Pt-nanoparticles.gr")
    seen = observe(pattern, PLATINUM_GIVEN, "xray", r_min=1.5, r_max=50.0)
    fit = refine(seen, [Phase(crystal, "xray", "cubic")], recipe=Recipe(scattering="f(0)"))
    ours = {key: item.value for key, item in fit.parameters.items()} | {"rw": fit.rw}
    return [
        ("Pt", 4, 50.0, "measured", f"{key} (CMI)", ours[key], value, np.nan)
        for key, value in PLATINUM.items()
    ]


def scatter_of_series(folder: Path) -> list[tuple]:
    """Rows of SrFe2As2: the mean standard error, and the scatter about neighbours' means."""
    sites = [("Sr", (0, 0, 0)), ("Fe", (0.5, 0, 0.25)), ("Fe", (0, 0.5, 0.25))]
    sites += [("As", (0, 0, 0.36)), ("As", (0, 0, 0.64))]
    xyz = np.array([xyz for _, xyz in sites])
    crystal = make_structure(
        (3.92, 3.92, 12.36, 90, 90, 90),
        [symbol for symbol, _ in sites] * 2,
        np.vstack([xyz, (xyz + 0.5) % 1]),
        orbits=[0, 1, 1, 2, 2] * 2,
    )
    rows = []
    for r_max in RANGES:
        fits = []
        for file in sorted(folder.glob("SrFe2As2_*.gr")):
            seen = observe(read_pdf(file), {}, "xray", r_max=r_max)
            phase = Phase(crystal, "xray", "tetragonal")
            fits.append(refine(seen, [phase], recipe=Recipe(atoms=True)))
        for name, item in fits[0].parameters.items():
            if not np.isfinite(item.stderr):
                continue
            values = np.array([fit.parameters[name].value for fit in fits])
            errors = np.mean([fit.parameters[name].stderr for fit in fits])
            apart = values[1:-1] - 0.5 * (values[:-2] + values[2:])
            # robust: the transition near 200 K is no scatter
            spread = 1.4826 * np.median(np.abs(apart)) / np.sqrt(1.5)
            rows.append(
                ("SrFe2As2", 10, r_max, "measured", f"error of {name} / scatter", errors, spread, 1)
            )
    return rows


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="two structures")
    parser.add_argument("--public", type=Path, help="a folder of diffpy.cmi's measured curves")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    redirect_stdout(open(os.devnull, "w"))  # noqa: SIM115
    names = list(CASES)[: 2 if options.quick else None]
    rows = [
        row
        for name in names
        for r_max in RANGES
        if name in SMALL or r_max <= 20.0  # PDFfit2 takes minutes for others
        for row in measure(name, r_max)
    ]
    if options.public:
        rows += platinum(options.public) + scatter_of_series(options.public)
    with open(options.out / "refinement.csv", "w", newline="") as handle:
        csv.writer(handle).writerows([COLUMNS, *rows])
    lines = [
        "| case | r to | data | what | ours | pdffit2 | truth |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {case} ({atoms}) | {r_max:g} | {data} | {what} | {ours:.6g} | {peer:.6g} | {true:.6g} |"
        for case, atoms, r_max, data, what, ours, peer, true in rows
    ]
    (options.out / "refinement.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    slow = [row for row in rows if row[4] == "cpu_seconds" and row[5] > BAR[row[2]]]
    slower = [row for row in rows if row[4] == "cpu_seconds" and row[5] > row[6]]
    print(f"{len(slow)} fits above the bar, {len(slower)} slower than pdffit2")


if __name__ == "__main__":
    main()
