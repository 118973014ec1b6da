"""How fast the simulator is: against diffpy.pdffit2 in the same run, and how its cost grows.

    python tests/benchmarks/bench_scattering.py --out FOLDER [--quick]

Times are CPU seconds of one thread, medians, so that other work on the machine disturbs them
little. FOLDER gets scattering.csv (one row a figure), scattering.md (what matters first, then all)
and scattering.svg and .png.
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
sys.path[:0] = [str(HERE.parents[1] / "workflow"), str(HERE.parent)]

import numpy as np  # noqa: E402
import scattering_cases as cases  # noqa: E402
from diffpy.structure import Structure  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402

from pdflearn.reporting.style import (  # noqa: E402
    BLUE,
    GREEN,
    STYLE,
    VERMILION,
    format_log_axis,
    save,
)
from pdflearn.simulation.simulator import PDFSimulator, simulate_pdf  # noqa: E402

COLUMNS = ("section", "case", "atoms", "what", "value", "unit")
RANGES = {"0..30": (0.0, 30.0), "1..60": (1.0, 60.0)}
DRAWS = 10
Row = tuple[str, str, int, str, float, str]


STRUCTURES: dict[str, Callable[[], Structure]] = {
    "Ni": cases.TWENTY["Ni"],
    "SrTiO3": cases.TWENTY["SrTiO3"],
    "CeO2": cases.TWENTY["CeO2"],
    "Al2O3": cases.corundum,
    "Fe3O4": cases.spinel,
    "SiO2 P1": lambda: cases.low_symmetry(162),
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
                    simulator = PDFSimulator(
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


def clusters(quick: bool) -> list[Row]:
    """Time of a cluster's histogram and of a curve from it, against its atoms."""
    rows: list[Row] = []
    for n in (55, 309, 923, 2057) if quick else (55, 309, 923, 2057, 5083, 10179, 20000):
        structure = cases.gold(n)
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
        structure = cases.low_symmetry(n) if n > 2 else cases.crystal(2.7, [("Si", [(0, 0, 0)])])

        def histogram(structure: Structure = structure) -> float:
            return PDFSimulator(structure).minimum_distance

        seconds = median_cpu(histogram, 5 if n < 300 else 1)
        rows.append(("growth, atoms", f"P1 {n}", n, "histogram", 1e3 * seconds, "ms"))
    return rows


def end_to_end(quick: bool) -> list[Row]:
    """CIF text to float32 rows on the learning grid, with one and with two processes."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        number = 0
        for make in [*cases.TWENTY.values(), cases.corundum, cases.spinel]:
            for stretch in np.linspace(0.97, 1.03, 2 if quick else 6):
                structure = make()
                a, b, c, *angles = structure.lattice.abcABG()
                structure.lattice.setLatPar(a * stretch, b * stretch, c * stretch, *angles)
                cases.write_cif(structure, Path(folder, f"{number:04d}.cif"))
                number += 1
        script = str(HERE / "curves_of_files.py")
        for form_factor, word in (("constant", "f(0)"), ("q", "f(Q)")):
            for processes in (1, 2):
                started = [
                    subprocess.Popen(
                        [sys.executable, script, folder, form_factor]
                        + [str(DRAWS), str(share), str(processes)],
                        stdout=subprocess.PIPE,
                        text=True,
                    )
                    for share in range(processes)
                ]
                printed = [p.communicate()[0].split() for p in started]
                curves = sum(int(t[0]) for t in printed)
                structures = sum(int(t[1]) for t in printed)
                wall = max(float(t[2]) for t in printed)
                cpu = sum(float(t[3]) for t in printed)
                reading = sum(float(t[5]) for t in printed)
                case = f"{word}, {processes} process" + ("es" if processes > 1 else "")
                for what, value, unit in (
                    ("curves a CPU second", curves / cpu, "1/s"),
                    ("curves a CPU second, reading left out", curves / (cpu - reading), "1/s"),
                    ("curves a second", curves / wall, "1/s"),
                    ("structures a second", structures / wall, "1/s"),
                    ("CPU a structure", 1e3 * cpu / structures, "ms"),
                    ("of it reading", 1e3 * reading / structures, "ms"),
                    ("peak memory a process", max(float(t[4]) for t in printed), "MB"),
                ):
                    rows.append(("end to end", case, structures, what, value, unit))
    return rows


def hundred_thousand() -> list[Row]:
    """CPU time and peak memory of a cluster of 100,000 atoms, in a process of its own."""
    run = subprocess.run(
        [sys.executable, __file__, "--large"], capture_output=True, text=True, check=True
    )
    seconds, peak, before = (float(x) for x in run.stdout.split())
    case = "Au 100000, r 0..30"
    return [
        ("large cluster", case, 100_000, "histogram and one curve", seconds, "s"),
        ("large cluster", case, 100_000, "peak memory of the process", peak, "MB"),
        ("large cluster", case, 100_000, "of it before the simulator", before, "MB"),
    ]


def _large() -> None:
    simulate_pdf(cases.gold(55))
    structure = cases.gold(100_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    PDFSimulator(structure).pdf()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.process_time() - start, peak, before)


# What is aimed at: label, section, case, what, bar; a bar below zero is one not to be exceeded.
BARS = (
    ("pdffit2's time / ours, 10 draws, f(0), r 0 to 30 Å, mean", "ratio", "mean",
     "f(0), 10 draws, r 0..30", 100),
    ("the same, a single curve", "ratio", "mean", "f(0), 1 draw, r 0..30", 40),
    ("the same, 10 draws, r 1 to 60 Å", "ratio", "mean", "f(0), 10 draws, r 1..60", 100),
    ("the same, a single curve, r 1 to 60 Å", "ratio", "mean", "f(0), 1 draw, r 1..60", 40),
    ("curves a CPU second, CIF to float32 rows, 10 draws, f(0)", "end to end", "f(0), 1 process",
     "curves a CPU second", 1500),
    ("the same with f(Q)", "end to end", "f(Q), 1 process", "curves a CPU second", 1000),
    ("distances of a cluster of 2,057 atoms", "cluster", "Au 2057", "histogram", -15),
    ("peak memory, cluster of 100,000 atoms", "large cluster", "Au 100000, r 0..30",
     "peak memory of the process", -500),
)  # fmt: skip


def against_bars(rows: list[Row]) -> list[str]:
    """The figures that are aimed at, as lines of a Markdown table."""
    values = {(section, case, what): (v, unit) for section, case, _, what, v, unit in rows}
    lines = ["| figure | aim | measured |", "|---|---|---|"]
    for label, section, case, what, bar in BARS:
        if (section, case, what) not in values:
            continue  # not among the quick cases
        value, unit = values[section, case, what]
        aim = f"{'at most' if bar < 0 else 'at least'} {abs(bar):,} {unit}"
        digits = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
        lines.append(f"| {label} | {aim} | {digits} {unit} |")
    return lines


def draw(rows: list[Row]) -> plt.Figure:
    """Times against pdffit2, and growth with atoms and with r_max."""
    with plt.rc_context(STYLE):
        figure, (left, middle, right) = plt.subplots(1, 3, figsize=(10, 3.2))
        names = list(STRUCTURES)
        for what, words, colour, mark in (
            ("f(0), 1 draw, r 0..30", "one curve", BLUE, "o"),
            ("f(0), 10 draws, r 0..30", "ten draws of a structure", VERMILION, "s"),
        ):
            ratios = {c: v for s, c, _, w, v, _ in rows if s == "ratio" and w == what}
            values = [ratios[n] for n in names]
            left.plot(values, range(len(names)), mark, color=colour, label=words)
        left.set(xscale="log", ylim=(-0.6, len(names) - 0.4), xlabel="pdffit2's time / ours")
        left.set_yticks(range(len(names)), names)
        left.set_xticks([10, 30, 100, 300, 1000], ["10", "30", "100", "300", "1000"])
        left.minorticks_off()
        left.grid(axis="both", color="0.9")
        left.set_title("A curve to 30 Å, f(0)")
        left.legend(loc="upper center", bbox_to_anchor=(0.45, -0.2), ncols=2, handletextpad=0.1)
        for section, what, words, colour, mark, side in (
            ("cluster", "histogram", "cluster,\nall distances", BLUE, "o-", "left"),
            (
                "cluster",
                "a draw",
                "cluster, a\ncurve from them",
                VERMILION,
                "s-",
                "left",
            ),
            (
                "growth, atoms",
                "histogram",
                "cell without\nsymmetry",
                GREEN,
                "^-",
                "right",
            ),
        ):
            points = [(n, v) for s, _, n, w, v, _ in rows if s == section and w == what]
            middle.loglog(*zip(*points, strict=True), mark, color=colour, ms=4)
            offset = (6 if side == "left" else -6, 0)
            middle.annotate(
                words, points[-1], offset, textcoords="offset points", color=colour, ha=side,
                va="center",
            )  # fmt: skip
        middle.set(xlabel="atoms", ylabel="CPU time (ms)", xlim=(0.7, 1e7))
        middle.set_xticks([1, 100, 10_000], ["1", "100", "10,000"])
        format_log_axis(middle.yaxis)
        middle.set_title("Growth with atoms")
        points = [(float(c.split()[1]), v) for s, c, _, _, v, _ in rows if s == "growth, r_max"]
        right.plot(*zip(*points, strict=True), "o-", color=BLUE, ms=4)
        right.set(xlabel="r_max (Å)", ylabel="CPU time of ten draws (ms)")
        right.set(xlim=(0, None), ylim=(0, None))
        right.set_title("Growth with r, SrTiO₃, f(Q)")
    return figure


def write(rows: list[Row], out: Path) -> None:
    """The tables as CSV and Markdown, and the figure."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "scattering.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows((*row[:4], f"{row[4]:.4g}", row[5]) for row in rows)
    lines = [*against_bars(rows), "", "| section | case | atoms | what | value |"]
    lines += ["|---|---|---|---|---|"]
    lines += [f"| {s} | {c} | {n or ''} | {w} | {v:.3g} {u} |" for s, c, n, w, v, u in rows]
    (out / "scattering.md").write_text("\n".join(lines) + "\n")
    save(draw(rows), out / "scattering.svg")


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
