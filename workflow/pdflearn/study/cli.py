"""Identify measured files from a trained study, without a run of the workflow.

    python -m pdflearn.study.cli identify a.gr b.gr

Prints a verdict for each file and writes index.csv, rejected.csv, identification.csv,
parameters.csv and the refined structures of accepted samples to results/identify/. The files are
only read. Settings are those of the study that made the results.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from pdflearn.core import provenance
from pdflearn.core.errors import PdflearnError
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table, save_table, save_text
from pdflearn.identification.catalogue import Catalogue, load_catalogue
from pdflearn.identification.results import (
    COLUMNS,
    PARAMETER_COLUMNS,
    answer_sample,
    parameter_rows,
    ranked_rows,
    refined_structures,
)
from pdflearn.measured import reader, resample
from pdflearn.measured.index import (
    INDEX_COLUMNS,
    describe,
    known_of,
    name_in,
    no_such_file,
    readable,
    samples_of,
    unmatched,
)
from pdflearn.models import probabilities
from pdflearn.structures.structure import structure_texts
from pdflearn.study.config import ConfigError, check_config, drop_null_entries

REFERENCES = re.compile(r"results/measured/references/(\d+)\.npz")


class CommandError(PdflearnError):
    """The command cannot be done; says what to do first."""


def read(files: list[str], grid: np.ndarray) -> tuple[list[tuple], list[dict[str, str]]]:
    """Rows of the index with their curves, and what could not be read or has no effect."""
    found, refused = [], []
    tables: dict[Path, dict[str, Any]] = {}
    places: dict[Path, list[str]] = {}
    for file in dict.fromkeys(files):
        beside = Path(file).parent
        if beside not in tables:
            tables[beside] = samples_of(beside / "samples.csv", beside)
        samples = tables[beside]
        for name, pattern in reader.read_pdfs(file):
            own = readable(file)
            shown = own if name == Path(file).name else f"{own}/{name}"
            places.setdefault(beside, []).append(name_in(beside, file, name))
            if isinstance(pattern, reader.PatternError):
                refused.append({"file": shown, "reason": pattern.reason})
                continue
            known = known_of(samples, beside, file, name)
            row, observation = describe(shown, "user", pattern, known)
            curve = (observation.r, observation.g) if observation else None
            found.append((row, curve, resample.regrid(pattern.r, pattern.g, grid)))
    for beside, samples in tables.items():
        for place in unmatched(samples, beside, places.get(beside, [])):
            if not (beside / place).is_file():  # else it was not asked about
                table = readable(str(beside / "samples.csv"))
                refused.append({"file": table, "reason": no_such_file(place)})
    return found, refused


def load_study(results: str | Path) -> tuple[dict[str, Any], Catalogue, Any]:
    """The config, the structures and the chosen model of a study that has run.

    Parameters
    ----------
    results : path
        Its folder of results, whose manifest.json holds the settings they were made with.

    Raises
    ------
    CommandError
        Where it is no such folder, or not whole.
    """
    from pdflearn.models.persistence import load_model

    folder = Path(results)
    record = folder / "manifest.json"
    try:
        written = json.loads(record.read_text(encoding="utf-8"))
        config = drop_null_entries(written["config"])
        check_config(config)
        hashes: dict[str, str] = {}
        for made in written["results"].values():
            hashes |= made["files"]
    except FileNotFoundError:
        raise CommandError(f"{record} is missing: run the study first (make run)") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = str(error) if isinstance(error, (OSError, ConfigError)) else repr(error)
        what = what.split("\n")[0].rstrip(":")
        raise CommandError(
            f"{record} is no record of a study of this version ({what}): run the study (make run)"
        ) from None
    model = f"models/{config['measured']['task']}/selected.skops"
    made = sorted(found[1] for found in map(REFERENCES.fullmatch, hashes) if found)
    templates = [f"measured/references/{shard}.npz" for shard in made]
    shards = [f"structures/shards/{shard}.parquet" for shard in made]
    templates.append("measured/references/extra.npz")
    shards.append("measured/references/extra_structures.parquet")
    manifests = ["structures/index.parquet", "measured/references/extra_index.parquet"]
    index = "dataset/development/index.parquet"
    for name in (model, index, *manifests, *templates, *shards):
        if not (folder / name).is_file():
            raise CommandError(f"{folder / name} is missing: run the study first (make run)")
        if hashes.get(f"results/{name}") != provenance.file_hash(folder / name):
            raise CommandError(
                f"{folder / name} is not the one that {record} tells of: the study was changed "
                "since; let it run to its end (make run)"
            )
    catalogue = load_catalogue(
        [load_table(folder / name) for name in manifests],
        [str(folder / name) for name in templates],
        [str(folder / name) for name in shards],
        str(folder / index),
        config["tasks"][config["measured"]["task"]]["label"],
    )
    return config, catalogue, load_model(folder / model)


def identify(files: list[str], results: str | Path, out: str | Path) -> int:
    """Print and write the verdicts; the number of files that could not be read."""
    config, catalogue, model = load_study(results)
    found, refused = read(files, Grid(**config["simulate"]["grid"]).r)
    curves = np.array([pattern for _, _, pattern in found], dtype=np.float32)
    chances = probabilities.type_probabilities(curves, model)
    rows, parameters = [], []
    folder = Path(out)
    for number, (row, curve, _) in enumerate(found):
        likely = chances.iloc[number].to_dict()
        answer = answer_sample(row, curve, likely, catalogue)
        ranked = ranked_rows(row, answer, config["measured"]["top_n"])
        rows += ranked
        parameters += parameter_rows(row["file"], answer)
        _say(f"{row['file']}: {answer.verdict}. {ranked[0]['reason']}")
        if row["warnings"]:
            _say(f"  note: {row['warnings']}")
        for item in ranked:
            fit = "" if np.isnan(item["rw"]) else f"Rw {item['rw']:.3f}  {item['structure']}"
            chance = "" if np.isnan(item["probability"]) else f"{item['probability']:.2f}"
            _say(f"  {item['rank']}  {item['structure_type']:<20}{chance:>5}  {fit}".rstrip())
        for name, structure in refined_structures(row["file"], answer).items():
            for ending, text in structure_texts(structure).items():
                save_text(folder / "structures" / f"{name}.{ending}", text)
    for line in refused:
        _say(f"not used: {line['file']}: {line['reason']}")
    for name, table, columns in (
        ("index", [row for row, _, _ in found], INDEX_COLUMNS),
        ("rejected", refused, ["file", "reason"]),
        ("identification", rows, COLUMNS),
        ("parameters", parameters, PARAMETER_COLUMNS),
    ):
        save_table(folder / f"{name}.csv", pd.DataFrame(table, columns=columns))
    _say(f"Written: {folder / 'identification.csv'}")
    return len(refused)


def _say(text: str) -> None:
    """Print one line, with nothing in it that a terminal obeys."""
    print(reader.printable(text))


def main(arguments: list[str] | None = None) -> int:
    """Read the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pdflearn.study.cli", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("identify", help="say what measured files are")
    one.add_argument("files", nargs="+", metavar="FILE")
    one.add_argument("--results", default="results", help="the study's folder of results")
    one.add_argument("--out", help="folder for the answers; identify in the study's own")
    wanted = parser.parse_args(arguments)
    try:
        with threadpool_limits(1):  # more only wait for each other on matrices this small
            out = wanted.out or Path(wanted.results) / "identify"
            return int(identify(wanted.files, wanted.results, out) > 0)
    except (CommandError, reader.PatternError, OSError) as error:
        print(f"identify: {reader.printable(str(error))}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
