"""How often the compound is named where the elements are known, and how often blind.

    python tests/benchmarks/bench_chemistry.py --out results/bench [--seed N] [--patterns N]

Needs a study that has run. Compounds of the library are drawn, their G(r) is made by PDFfit2
(verdict_files.py: other temperatures, anisotropic U, delta1, noise, background, X-rays weighted by
form factors, and neutrons). Of every second one the compound's own row is taken out of the look-up,
so that it has to be built from another member of its type. Each is identified blind, with its
elements alone, and with its formula. Prints every answer, then the shares of right types and right
compounds at rank 1. Seeds up to 900 and 950 to 955 were looked at while the rules were made, 954
and 955 after they had been scored once; 956 was scored once, and later ones test them.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from diffpy.pdffit2 import redirect_stdout
from diffpy.structure import Structure
from threadpoolctl import threadpool_limits
from verdict_files import disturb, measured_curve

from pdflearn.core.grid import Grid
from pdflearn.core.io import save_table
from pdflearn.identification.both_ways import is_compound
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.results import answer_sample
from pdflearn.measured.reader import Pattern
from pdflearn.measured.resample import resample
from pdflearn.measured.samples import MeasuredSample
from pdflearn.models.probabilities import type_probabilities
from pdflearn.refinement.cache import Solutions
from pdflearn.study.identify import load_study

MOST_ATOMS = 48  # of the cell: PDFfit2 takes long for larger ones
WAYS = ("blind", "elements", "formula")
COLUMNS = ["name", "structure_type", "formula", "left_out", "radiation", "way", "answer",
           "compound", "verdict", "rw", "seconds", "right_type", "right_compound"]  # fmt: skip


def compounds(catalogue: Catalogue, n: int, seed: int) -> list[str]:
    """Ids of real compounds of types that have another one, each type once at most."""
    table = catalogue.structures
    table = table[(table["origin"] == "real") & (table["structure_kind"] == "crystal")]
    sizes = table.groupby("structure_type")["formula"].nunique()
    table = table[table["structure_type"].map(sizes) >= 3]
    random = np.random.default_rng(seed)
    types = random.permutation(sorted(set(table["structure_type"])))
    chosen = []
    for structure_type in types:
        members = table.index[table["structure_type"] == structure_type]
        structure_id = str(members[random.integers(len(members))])
        if len(catalogue.load(structure_id)) <= MOST_ATOMS:
            chosen.append(structure_id)
        if len(chosen) == n:
            break
    return chosen


def sample_of(structure: Structure, radiation: str, random: np.random.Generator) -> MeasuredSample:
    """A measurement of a structure by PDFfit2, with noise, background and truncation."""
    r, g, state = measured_curve(structure, radiation, random)
    g = disturb(r, g, state["q_max"], random, noise=random.uniform(0.0, 0.1))
    header = {"radiation": radiation, "q_max": state["q_max"]}
    return MeasuredSample.from_pattern("a.gr", Pattern(r, g, header=header, name="a.gr"), {})


def without(catalogue: Catalogue, structure_id: str) -> Catalogue:
    """The catalogue without a compound, and without others of its type and formula."""
    table = catalogue.structures
    row = table.loc[structure_id]
    same = (table["structure_type"] == row["structure_type"]) & (table["formula"] == row["formula"])
    return catalogue.limited_to(list(table.index[~same]))


def score(catalogue: Catalogue, model: Any, grid: Grid, n: int, seed: int) -> pd.DataFrame:
    """Identify patterns of n compounds in each way."""
    rows = []
    for number, structure_id in enumerate(compounds(catalogue, n, seed)):
        row = catalogue.structures.loc[structure_id]
        random = np.random.default_rng([seed, number])
        radiation = "neutron" if number % 4 == 3 else "xray"
        sample = sample_of(catalogue.load(structure_id), radiation, random)
        if sample.observation is None:
            continue
        known = without(catalogue, structure_id) if number % 2 else catalogue
        curve = sample.observation
        pattern = resample(curve.r, curve.g, grid.r)[None].astype(np.float32)
        probabilities = type_probabilities(pattern, model).iloc[0].to_dict()
        solutions = Solutions()
        formula = str(row["formula"])
        for way in WAYS:
            asked = sample
            if way == "elements":
                asked = replace(sample, elements=" ".join(str(row["elements"]).split("-")))
            if way == "formula":
                asked = replace(sample, composition=formula, composition_given=True)
            start = time.process_time()
            answer = answer_sample(asked, probabilities, known, solutions)
            seconds = time.process_time() - start
            first = answer.ranked[0]
            right = first.structure_type == row["structure_type"]
            values = [
                row["name"], row["structure_type"], formula, bool(number % 2), radiation, way,
                first.structure_type, first.compound, answer.verdict, round(first.fit.rw, 3),
                round(seconds, 2), right, right and is_compound(first.compound, formula),
            ]  # fmt: skip
            rows.append(dict(zip(COLUMNS, values, strict=True)))
            mark = " " if right and (way == "blind" or rows[-1]["right_compound"]) else "*"
            print(mark, *(f"{value!s:<14}" for value in values[:-2]), flush=True)
    return pd.DataFrame(rows, columns=COLUMNS)


def main() -> None:
    """Make the patterns, identify them, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="results/bench")
    parser.add_argument("--results", default="results")
    parser.add_argument("--seed", type=int, default=900)
    parser.add_argument("--patterns", type=int, default=60)
    options = parser.parse_args()
    redirect_stdout(open("/dev/null", "w"))  # noqa: SIM115  (PDFfit2's messages)
    with threadpool_limits(1):
        study = load_study(options.results)
        table = score(study.catalogue, study.model, study.grid, options.patterns, options.seed)
    save_table(Path(options.out) / "chemistry.csv", table)
    print(table.groupby(["way", "left_out"])[["right_type", "right_compound", "seconds"]].mean())
    print(table.groupby("way")[["right_type", "right_compound", "seconds"]].mean())


if __name__ == "__main__":
    main()
