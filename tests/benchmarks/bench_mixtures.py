"""How often mixtures are named whole, and how far their fractions are off.

    python tests/benchmarks/bench_mixtures.py --out results/bench [--variant N] [--simulated K]
        [--sums] [--public FOLDER] [--elements]

Needs a study that has run. Files are made by mixture_files.py: (a) one to three phases by PDFfit2
from structures typed in from the literature, at known fractions, sizes, noise and instruments, of
X-rays and neutrons; (b) with --sums, sums of public measured single-phase files at stated shares,
as far as these are defined: the scale of a measured curve is that of a fit of its structure. Rules
and limits of pdflearn.identification.mixtures were set on variants 100 and 310 to 318, and the last
one with 319 in view; 320 and 321 were scored once, and others test them. Those of
pdflearn.identification.known_parts (--elements) were set on 330; 332 was scored once.

Printed are a line a file and, for each number of phases:
    whole         all phases named and no other; exactly, or up to types of one parent type
    part          some of the phases named and no other
    wrong         a phase named that is not there
    accepted      and of these, with a wrong phase, and with phases missing; and with one missing
                  that holds more of the curve's squares than the answer says could hide
    fraction      mean absolute error of the fractions of atoms, of those named whole
    scattering    the same of what each phase scatters, which needs no elements to be known
    CPU           seconds a file
and the same without files where the noise hides a phase, whatever is fitted, and without those
where a phase is weaker than what models of measured powders leave.
"""

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
from diffpy.pdffit2 import redirect_stdout
from mixture_files import (
    MEASURED,
    draw_sums,
    mean_length,
    simulated_file,
    summed_file,
    table_of,
)
from threadpoolctl import threadpool_limits

from pdflearn.core.io import save_table
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.evidence import least_seen
from pdflearn.identification.messages import ACCEPTED
from pdflearn.identification.phase_search import n_alternatives
from pdflearn.identification.sample import SampleResult, identify_sample
from pdflearn.models.probabilities import type_probabilities
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.structures.elements import parse_composition, xray_length
from pdflearn.structures.relations import root
from pdflearn.study.identify import TrainedStudy, load_study
from pdflearn.study.measured_files import read_files

# Of the squares of a curve: below it what a phase adds is less than the models of measured powders
# leave (Rw 0.1), so that no fit tells it.
HIDDEN = 0.01
N_OF_PHASES = {1: 0.2, 2: 0.5, 3: 0.3}  # shares of the simulated files


def identify_file(file: str, study: TrainedStudy, elements: str = "") -> SampleResult:
    """The result of one file; blind, unless the sample's elements are given."""
    batch, rejected = read_files([file], study.grid)
    if not batch.samples:
        raise ValueError(f"{file}: {rejected[0]['reason']}")
    patterns = batch.patterns_array(study.grid.points)
    probabilities = type_probabilities(patterns, study.model).iloc[0].to_dict()
    sample = replace(batch.samples[0], elements=elements)
    return identify_sample(sample, probabilities, study.catalogue, top_n=5)


def measured_curves(
    folder: Path, study: TrainedStudy
) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], dict[str, float]]:
    """The public curves on the absolute scale, and the mean scattering length of their atoms."""
    curves, lengths = {}, {}
    for name, (file, structure_type, composition) in MEASURED.items():
        batch, _ = read_files([str(folder / file)], study.grid)
        observation = batch.samples[0].observation
        atoms = parse_composition(composition)
        lengths[name] = sum(n * xray_length(element) for element, n in atoms.items()) / sum(
            atoms.values()
        )
        described = study.catalogue.structures
        of_type = described[described["structure_type"] == structure_type]
        same = of_type[of_type["elements"] == "-".join(sorted(atoms))]
        best = min(
            (
                refine(
                    observation,
                    [Phase(study.catalogue.load(i), "xray", row["crystal_system"])],
                    full=False,
                )
                for i, row in (same if len(same) else of_type).iterrows()
            ),
            key=lambda fit: fit.rw,
        )
        curves[name] = observation.r, observation.g / best.parameters["scale"].value
    return curves, lengths


def score(row: Mapping[str, Any], result: SampleResult, catalogue: Catalogue) -> dict[str, Any]:
    """What one file counts for."""
    parents = catalogue.parents
    first = result.answer.ranked[0] if result.answer.ranked else None
    named = first.structure_type if first else ""
    known, got, also = (
        sorted(root(one, parents) for one in types.split("+"))
        for types in (row["types"], named, row["also"])
    )
    got = [one for one in got if one in known or one not in also]
    wrong = any(one not in known for one in got)
    whole = known == got
    error, of_scattering = np.nan, np.nan
    if whole and first.is_mixture:
        roots = [root(item.structure_type, parents) for item in first.candidates]
        atoms = _by_root(row, "shares", parents)
        error = _mean_error(roots, first.fit.fractions, atoms)
        if row["lengths"]:
            lengths = _by_root(row, "lengths", parents)
            scattered = {one: atoms[one] * lengths[one] ** 2 for one in atoms}
            got_squares = [
                c * mean_length(structure, row["radiation"]) ** 2
                for structure, c in zip(first.fit.structures, first.fit.fractions, strict=True)
            ]
            of_scattering = _mean_error(roots, got_squares, scattered)
    weakest = min(map(float, row["signals"].split("+"))) if row["signals"] else np.nan
    accepted = result.answer.verdict == ACCEPTED
    missing = 0.0
    if row["signals"]:
        shares = _by_root(row, "signals", parents)
        missing = max((shares[one] for one in shares if one not in got), default=0.0)
    could_hide = np.nan
    if first is not None and result.sample.observation is not None:
        n_tried = n_alternatives(catalogue)
        could_hide = least_seen(result.sample.observation, first.fit.rw, n_tried)
    return {
        "named": named,
        "structures": first.name if first else "",
        "verdict": result.answer.verdict,
        "whole": whole,
        "exactly": whole and set(row["types"].split("+")) <= set(named.split("+")),
        "part": not whole and not wrong,
        "wrong": wrong,
        "accepted": accepted,
        "accepted_wrong": accepted and wrong,
        "accepted_part": accepted and not whole and not wrong,
        "could_hide": could_hide,
        "accepted_unsaid": accepted and missing > could_hide,
        "fraction_error": error,
        "scattering_error": of_scattering,
        "weakest": weakest,
        "rw": first.fit.rw if first else np.nan,
    }


def _by_root(row: Mapping[str, Any], column: str, parents: Mapping[str, str]) -> dict[str, float]:
    """Parent type -> number of a column that has one for each type."""
    pairs = zip(row["types"].split("+"), row[column].split("+"), strict=True)
    return {root(one, parents): float(value) for one, value in pairs}


def _mean_error(roots: list[str], got: Sequence[float], known: Mapping[str, float]) -> float:
    """Mean absolute error of the shares of known phases, each set over its sum."""
    pairs = [(one, c) for one, c in zip(roots, got, strict=True) if one in known]
    sums = sum(c for _, c in pairs), sum(known.values())
    return float(np.mean([abs(c / sums[0] - known[one] / sums[1]) for one, c in pairs]))


def make_files(folder: Path, options: argparse.Namespace, study: TrainedStudy) -> pd.DataFrame:
    """Write the files; the table of what they are."""
    parents = study.catalogue.parents
    rows = [
        simulated_file(folder, n_phases, number, options.variant, parents)
        for n_phases, share in N_OF_PHASES.items()
        for number in range(round(share * options.simulated))
    ]
    if options.sums:
        public = Path(options.public)
        if not options.public:
            public = folder / "public"
            with ZipFile(Path(options.results) / "measured" / "public.zip") as archive:
                archive.extractall(public)
        curves, lengths = measured_curves(public, study)
        rows += [
            summed_file(folder, curves, shares, lengths) for shares in draw_sums(options.variant)
        ]
    return table_of(rows)


def main() -> None:
    """Make the files, identify them, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="results/bench")
    parser.add_argument("--results", default="results", help="of the study")
    parser.add_argument("--variant", type=int, default=0, help="another draw of all files")
    parser.add_argument("--simulated", type=int, default=200, help="how many files by PDFfit2")
    parser.add_argument("--sums", action="store_true", help="sums of measured curves as well")
    parser.add_argument("--public", default="", help="their folder; else the study's own")
    parser.add_argument("--elements", action="store_true", help="say the sample's elements")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        redirect_stdout(open("/dev/null", "w"))  # noqa: SIM115  (PDFfit2's messages)
        study = load_study(options.results)
        files = make_files(Path(name), options, study)
        if len(files):  # what is compiled once counts for no file
            identify_file(files["file"].iloc[0], study)
        for row in files.to_dict("records"):
            start = time.process_time()
            result = identify_file(row["file"], study, row["elements"] if options.elements else "")
            cpu = time.process_time() - start
            scored = score(row, result, study.catalogue)
            rows.append(row | scored | {"cpu_s": cpu, "phases": row["types"].count("+") + 1})
            mark = " " if scored["exactly"] else "~" if scored["whole"] else "*"
            fractions = "/".join(f"{c:.2f}" for c in _fractions(result))
            print(
                f"{mark} {row['name']} {row['radiation']}: {scored['verdict']} "
                f"{scored['structures']} {fractions} Rw {scored['rw']:.3f} {cpu:.1f} s",
                flush=True,
            )
    table = pd.DataFrame(rows).drop(columns="file")
    numeric = [
        "whole", "exactly", "part", "wrong", "accepted", "accepted_wrong", "accepted_part",
        "accepted_unsaid", "fraction_error", "scattering_error", "cpu_s",
    ]  # fmt: skip
    print_means(table, numeric)
    print("without files where noise hides a phase (`mixture_files.told_by_noise`):")
    print_means(table[table["told"].astype(float) >= 1.0], numeric)
    print(f"without files where a phase has less than {HIDDEN:.0%} of the curve's squares:")
    print_means(table[~(table["weakest"] < HIDDEN)], numeric)
    save_table(Path(options.out) / "bench_mixtures.csv", table)


def print_means(table: pd.DataFrame, columns: list[str]) -> None:
    """Print the means of columns for each number of phases."""
    groups = table.groupby(["source", "phases"])
    means = groups[columns].mean().round(3)
    means.insert(0, "files", groups.size())
    print(means.to_string())


def _fractions(result: SampleResult) -> tuple[float, ...]:
    return result.answer.ranked[0].fit.fractions if result.answer.ranked else ()


if __name__ == "__main__":
    main()
