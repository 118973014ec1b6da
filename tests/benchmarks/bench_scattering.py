"""How fast the simulator is: against diffpy.pdffit2 in the same run, and how its cost grows.

    python tests/benchmarks/bench_scattering.py --out FOLDER [--quick]

Times are CPU seconds of one thread, medians, so that other work on the machine disturbs them
little. FOLDER gets scattering.csv (one row a figure), scattering.png and scattering.md.
"""

import argparse
import csv
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "workflow"), str(HERE.parent / "unit")]

import matplotlib  # noqa: E402

matplotlib.use("Agg")
import numpy as np  # noqa: E402
import scattering_cases as cases  # noqa: E402
from diffpy.structure import Structure  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402
from pdflearn.scattering import PDFSimulator, simulate_pdf  # noqa: E402

COLUMNS = ("section", "case", "atoms", "what", "value", "unit")
RANGES = {"0..30": (0.0, 30.0), "1..60": (1.0, 60.0)}
DRAWS = 10
Row = tuple[str, str, int, str, float, str]


def corundum() -> Structure:
    """Al2O3, 30 atoms in the hexagonal cell."""
    z, x = 0.35216, 0.30624
    centring = [(0, 0, 0), (2 / 3, 1 / 3, 1 / 3), (1 / 3, 2 / 3, 2 / 3)]
    al = [(0, 0, s) for s in (z, 0.5 - z, -z, 0.5 + z)]
    o = [(x, 0, 0.25), (0, x, 0.25), (-x, -x, 0.25), (-x, 0, 0.75), (0, -x, 0.75), (x, x, 0.75)]
    return cases.hexagonal(
        4.7589, 12.991, [("Al", cases.shifted(al, *centring)), ("O", cases.shifted(o, *centring))]
    )


def spinel() -> Structure:
    """Fe3O4, 56 atoms, origin at a tetrahedral site."""
    u = 0.2546 - 0.125
    tetra = cases.shifted(cases.F, (0, 0, 0), (0.25, 0.25, 0.25))
    octa = cases.shifted(
        cases.F, (0.625,) * 3, (0.625, 0.875, 0.875), (0.875, 0.625, 0.875), (0.875, 0.875, 0.625)
    )
    signs = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
    first = [tuple(u * s for s in sign) for sign in signs]
    second = [tuple(0.25 - u * s for s in sign) for sign in signs]
    oxygen = cases.shifted(cases.F, *first, *second)
    return cases.crystal(8.396, [("Fe", tetra), ("Fe", octa), ("O", oxygen)])


def low_symmetry(n: int, seed: int = 3) -> Structure:
    """SiO2-like P1 cell of n atoms (a third Si) on a jittered lattice; nothing to exploit."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(n ** (1 / 3)))
    grid = np.stack(np.meshgrid(*[np.arange(side)] * 3, indexing="ij"), -1).reshape(-1, 3)
    places = (rng.permutation(grid)[:n] + 0.5 + rng.uniform(-0.15, 0.15, (n, 3))) / side
    a = (n / 0.0787) ** (1 / 3)
    silicon = n // 3
    return cases.crystal(
        (a, 1.05 * a, 0.952 * a, 88.7, 91.4, 97.0),
        [("Si", places[:silicon]), ("O", places[silicon:])],
    )


STRUCTURES: dict[str, Callable[[], Structure]] = {
    "Ni": cases.TWENTY["Ni"],
    "SrTiO3": cases.TWENTY["SrTiO3"],
    "CeO2": cases.TWENTY["CeO2"],
    "Al2O3": corundum,
    "Fe3O4": spinel,
    "SiO2 P1": lambda: low_symmetry(162),
}


def median_cpu(function: Callable[[], object], times: int, warm: bool = True) -> float:
    """Median CPU seconds of a call."""
    if warm:
        function()
    taken = []
    for _ in range(times):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def draws(number: int, seed: int = 0) -> list[dict[str, float]]:
    """Parameters as a study draws them."""
    rng = np.random.default_rng(seed)
    return [
        {
            "u_iso": float(np.exp(rng.uniform(np.log(0.003), np.log(0.02)))),
            "delta2": float(rng.uniform(0, 1.2)),
            "q_broad": float(rng.uniform(0, 0.03)),
            "q_damp": float(rng.uniform(0.01, 0.06)),
            "q_min": float(rng.uniform(0.3, 1.2)),
            "q_max": float(rng.uniform(17, 28)),
        }
        for _ in range(number)
    ]


def pdffit2_seconds(structure: Structure, r_min: float, r_max: float, times: int) -> float:
    """CPU seconds of one curve by diffpy.pdffit2: the calculation alone, loading left out."""
    from diffpy.pdffit2 import PdfFit, redirect_stdout

    redirect_stdout(io.StringIO())
    peer = PdfFit()
    peer.add_structure(structure)
    points = round((r_max - max(r_min, 0.01)) / 0.01) + 1
    peer.alloc("X", 25.0, 0.03, max(r_min, 0.01), r_max, points)
    return median_cpu(peer.calc, times)


def compare(quick: bool) -> list[Row]:
    """Ours against pdffit2: one curve from the structure on, and ten draws of one structure."""
    rows: list[Row] = []
    ratios: dict[tuple[str, str], list[float]] = {}
    for name, make in STRUCTURES.items():
        structure = make()
        for label, (r_min, r_max) in RANGES.items():
            if quick and label != "0..30":
                continue
            peer = pdffit2_seconds(structure, r_min, r_max, 3)
            rows.append(("peer", name, len(structure), f"pdffit2, r {label}", 1e3 * peer, "ms"))
            for form_factor in ("constant", "q"):
                grid = {"r_min": r_min, "r_max": r_max, "r_step": 0.01}

                def one(form_factor: str = form_factor, grid: dict = grid) -> None:
                    simulate_pdf(structure, form_factor=form_factor, **grid)  # noqa: B023

                def ten(form_factor: str = form_factor, grid: dict = grid) -> None:
                    simulator = PDFSimulator(  # noqa: B023
                        structure,  # noqa: B023
                        form_factor=form_factor,
                        r_max=grid["r_max"],
                    )
                    for draw in draws(DRAWS):
                        simulator.pdf(**draw, **grid)

                word = "f(0)" if form_factor == "constant" else "f(Q)"
                single = median_cpu(one, 15)
                ours = median_cpu(ten, 7) / DRAWS
                for what, seconds in (("1 draw", single), ("10 draws", ours)):
                    at = f"{word}, {what}, r {label}"
                    rows.append(("ours", name, len(structure), at, 1e3 * seconds, "ms"))
                    rows.append(("ratio", name, len(structure), at, peer / seconds, "x"))
                    ratios.setdefault((at, ""), []).append(peer / seconds)
    for (at, _), values in ratios.items():
        rows.append(("ratio", "mean", 0, at, float(np.mean(values)), "x"))
        rows.append(("ratio", "least", 0, at, float(np.min(values)), "x"))
    return rows


def gold(n: int) -> Structure:
    """The n atoms of fcc gold nearest to a point of no symmetry."""
    side = int(np.ceil((n / 4) ** (1 / 3))) // 2 + 3
    cells = np.stack(np.meshgrid(*[np.arange(-side, side + 1)] * 3, indexing="ij"), -1)
    places = (cells.reshape(-1, 1, 3) + np.array(cases.F)).reshape(-1, 3) * 4.0782
    distance = ((places - [0.3, 0.5, 0.1]) ** 2).sum(axis=1)
    return cases.cluster(["Au"] * n, places[np.argsort(distance, kind="stable")[:n]])


def clusters(quick: bool) -> list[Row]:
    """Time of a cluster's histogram and of a curve from it, against its atoms."""
    rows: list[Row] = []
    for n in (55, 309, 923, 2057) if quick else (55, 309, 923, 2057, 5083, 10179, 20000):
        structure = gold(n)
        times = 9 if n < 3000 else 2

        def histogram(structure: Structure = structure) -> float:
            return PDFSimulator(structure).minimum_distance

        reading = median_cpu(lambda structure=structure: PDFSimulator(structure), times)
        seconds = median_cpu(histogram, times) - reading
        simulator = PDFSimulator(structure)
        curve = median_cpu(lambda simulator=simulator: simulator.pdf(), 9)
        rows.append(("cluster", f"Au {n}", n, "histogram", 1e3 * seconds, "ms"))
        rows.append(("cluster", f"Au {n}", n, "a pair", 2e9 * seconds / n / (n - 1), "ns"))
        rows.append(("cluster", f"Au {n}", n, "a draw", 1e3 * curve, "ms"))
    return rows


def growth(quick: bool) -> list[Row]:
    """Time of ten draws against r_max and against the atoms of a cell without symmetry."""
    rows: list[Row] = []
    for r_max in (10.0, 20.0, 30.0, 60.0, 100.0):
        structure = cases.TWENTY["SrTiO3"]()

        def ten(structure: Structure = structure, r_max: float = r_max) -> None:
            simulator = PDFSimulator(structure, r_max=r_max)
            for draw in draws(DRAWS):
                simulator.pdf(**draw, r_max=r_max)

        seconds = median_cpu(ten, 5)
        rows.append(("growth, r_max", f"SrTiO3 {r_max:g}", 5, "10 draws", 1e3 * seconds, "ms"))
    for n in (1, 10, 50, 162) if quick else (1, 10, 50, 162, 400, 1000):
        structure = low_symmetry(n) if n > 2 else cases.crystal(2.7, [("Si", [(0, 0, 0)])])

        def histogram(structure: Structure = structure) -> float:
            return PDFSimulator(structure).minimum_distance

        seconds = median_cpu(histogram, 5 if n < 300 else 1)
        rows.append(("growth, atoms", f"P1 {n}", n, "histogram", 1e3 * seconds, "ms"))
    return rows


_END_TO_END = """
import os, resource, sys, time
from pathlib import Path
sys.path[:0] = sys.argv[1:2]
import numpy as np
from pdflearn.scattering import PDFSimulator
import importlib.util, warnings
warnings.simplefilter("ignore")
try:
    from pdflearn import read_structure
    read_structure.__name__
except Exception:
    from diffpy.structure import loadStructure
    def read_structure(path): return loadStructure(str(path))
form_factor, number, share, of = sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6])
files = sorted(Path(sys.argv[2]).glob("*.cif"))
rng = np.random.default_rng(1)
def draw(shortest):
    return {
        "u_iso": rng.uniform(0.003, 0.02), "delta2": rng.uniform(0, 0.4) * shortest**2,
        "q_broad": rng.uniform(0, 0.03), "q_damp": rng.uniform(0.01, 0.06),
        "q_min": rng.uniform(0.3, 1.2), "q_max": rng.uniform(17, 28),
        "strain": rng.uniform(-0.02, 0.02),
    }
def run(path):
    simulator = PDFSimulator(read_structure(path), form_factor=form_factor)
    grid = {"r_min": 1.0, "r_max": 30.05, "r_step": 0.1}
    shortest = simulator.minimum_distance
    return np.array(
        [simulator.pdf(**draw(shortest), **grid)[1] for _ in range(number)], dtype=np.float32
    )
for path in files[:2]:
    run(path)
mine = files[share::of]
wall, cpu = time.perf_counter(), time.process_time()
total = sum(len(run(path)) for path in mine)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
reading = time.process_time()
for path in mine:
    read_structure(path)
reading = time.process_time() - reading
module = "diffpy.structure" if read_structure.__module__ == "__main__" else "pdflearn"
print(total, len(mine), wall, cpu, peak, module, reading)
"""


def end_to_end(quick: bool) -> list[Row]:
    """CIF text to float32 rows on the learning grid, with one and with two processes."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        number = 0
        for make in [*cases.TWENTY.values(), corundum, spinel]:
            for stretch in np.linspace(0.97, 1.03, 2 if quick else 6):
                structure = make()
                a, b, c, *angles = structure.lattice.abcABG()
                structure.lattice.setLatPar(a * stretch, b * stretch, c * stretch, *angles)
                structure.write(str(Path(folder, f"{number:04d}.cif")), "cif")
                number += 1
        source = str(HERE.parents[1] / "workflow")
        for form_factor, word in (("constant", "f(0)"), ("q", "f(Q)")):
            for processes in (1, 2):
                started = [
                    subprocess.Popen(
                        [sys.executable, "-c", _END_TO_END, source, folder, form_factor]
                        + [str(DRAWS), str(share), str(processes)],
                        stdout=subprocess.PIPE,
                        text=True,
                    )
                    for share in range(processes)
                ]
                told = [p.communicate()[0].split() for p in started]
                curves = sum(int(t[0]) for t in told)
                structures = sum(int(t[1]) for t in told)
                wall = max(float(t[2]) for t in told)
                cpu = sum(float(t[3]) for t in told)
                reading = sum(float(t[6]) for t in told)
                case = f"{word}, {processes} process" + ("es" if processes > 1 else "")
                case += f", read by {told[0][5]}"
                for what, value, unit in (
                    ("curves a CPU second", curves / cpu, "1/s"),
                    ("curves a CPU second, reading left out", curves / (cpu - reading), "1/s"),
                    ("curves a second", curves / wall, "1/s"),
                    ("structures a second", structures / wall, "1/s"),
                    ("CPU a structure", 1e3 * cpu / structures, "ms"),
                    ("of it reading", 1e3 * reading / structures, "ms"),
                    ("peak memory a process", max(float(t[4]) for t in told), "MB"),
                ):
                    rows.append(("end to end", case, structures, what, value, unit))
    return rows


def hundred_thousand() -> list[Row]:
    """CPU time and peak memory of a cluster of 100,000 atoms, in a process of its own."""
    told = subprocess.run(
        [sys.executable, __file__, "--large"], capture_output=True, text=True, check=True
    )
    seconds, peak, before = (float(x) for x in told.stdout.split())
    case = "Au 100000, r 0..30"
    return [
        ("large cluster", case, 100_000, "histogram and one curve", seconds, "s"),
        ("large cluster", case, 100_000, "peak memory of the process", peak, "MB"),
        ("large cluster", case, 100_000, "of it before the simulator", before, "MB"),
    ]


def _large() -> None:
    simulate_pdf(gold(55))
    rng = np.random.default_rng(0)
    structure = gold(100_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    del rng
    start = time.process_time()
    PDFSimulator(structure).pdf()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.process_time() - start, peak, before)


def write(rows: list[Row], out: Path) -> None:
    """The table as CSV and Markdown, and the plot."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "scattering.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows((*row[:4], f"{row[4]:.4g}", row[5]) for row in rows)
    lines = ["| section | case | atoms | what | value |", "|---|---|---|---|---|"]
    lines += [f"| {s} | {c} | {n or ''} | {w} | {v:.3g} {u} |" for s, c, n, w, v, u in rows]
    (out / "scattering.md").write_text("\n".join(lines) + "\n")
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
    names = list(STRUCTURES)
    offsets = {"f(0), 1 draw, r 0..30": -0.3, "f(0), 10 draws, r 0..30": -0.1}
    offsets |= {"f(Q), 1 draw, r 0..30": 0.1, "f(Q), 10 draws, r 0..30": 0.3}
    for what, offset in offsets.items():
        found = {c: v for s, c, _, w, v, _ in rows if s == "ratio" and w == what}
        left.bar(
            [k + offset for k in range(len(names))], [found[n] for n in names], 0.2, label=what
        )
    left.set(xticks=range(len(names)), yscale="log", ylabel="times faster than pdffit2 1.5.1")
    left.set_xticklabels(names, rotation=30)
    left.axhline(100, color="0.5", lw=0.8)
    left.legend(fontsize=7)
    for what in ("histogram", "a draw"):
        points = [(n, v) for s, _, n, w, v, _ in rows if s == "cluster" and w == what]
        middle.loglog(*zip(*points, strict=True), "o-", label=f"cluster: {what}")
    points = [(n, v) for s, _, n, _, v, _ in rows if s == "growth, atoms"]
    middle.loglog(*zip(*points, strict=True), "s--", label="P1 cell: histogram to 44 Å")
    middle.set(xlabel="atoms", ylabel="CPU time (ms)")
    middle.legend(fontsize=8)
    points = [(float(c.split()[1]), v) for s, c, _, _, v, _ in rows if s == "growth, r_max"]
    right.plot(*zip(*points, strict=True), "o-")
    right.set(xlabel="r_max (Å)", ylabel="CPU time of 10 draws, SrTiO3, f(Q) (ms)", ylim=(0, None))
    figure.savefig(out / "scattering.png", dpi=150)


def main() -> None:
    """Run all sections and write them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="folder for the table and the plot")
    parser.add_argument("--quick", action="store_true", help="fewer cases")
    parser.add_argument("--large", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.large:
        _large()
        return
    if asked.out is None:
        parser.error("say where to write: --out FOLDER")
    rows = compare(asked.quick) + clusters(asked.quick) + growth(asked.quick)
    rows += end_to_end(asked.quick)
    if not asked.quick:
        rows += hundred_thousand()
    write(rows, asked.out)
    print((asked.out / "scattering.md").read_text())


if __name__ == "__main__":
    main()
