"""Identify measured files from a trained study, without a run of the workflow.

    python -m pdflearn.command identify a.gr b.gr

Prints a verdict for each file and writes identification.csv, parameters.csv and the refined
structures of accepted samples to results/identify/. The files are only read.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from threadpoolctl import threadpool_limits

from pdflearn import (
    grids,
    identification,
    likely_types,
    measured,
    measured_index,
    regridding,
    storage,
    structures,
)
from pdflearn.catalogue import Catalogue, load_catalogue
from pdflearn.study import Study


class CommandError(ValueError):
    """The command cannot be done; says what to do first."""


def read(files: list[str], grid: np.ndarray) -> tuple[list[tuple], list[str]]:
    """Rows of the index with their curves, and what could not be read."""
    found, refused = [], []
    for file in files:
        beside = Path(file).parent
        table = measured.sample_table(beside)
        if not Path(file).is_file():
            refused.append(f"{measured.shown(file)}: there is no such file")
            continue
        for name, pattern in measured.read_pdfs(file):
            shown = file if name == Path(file).name else f"{file}/{name}"
            if isinstance(pattern, measured.PatternError):
                refused.append(str(pattern))
                continue
            known = table.get(Path(shown).relative_to(beside).as_posix(), {})
            row, observation = measured_index.describe(shown, "user", pattern, known)
            curve = (observation.r, observation.g) if observation else None
            found.append((row, curve, regridding.regrid(pattern.r, pattern.g, grid)))
    return found, refused


def load_study(config_file: str) -> tuple[dict[str, Any], Catalogue, Any]:
    """The config, the structures and the chosen model of a study that has run."""
    from pdflearn.model_files import load_model

    config = yaml.safe_load(Path(config_file).read_text(encoding="utf-8"))
    study = Study(config)
    results = Path("results")
    model = results / "models" / config["measured"]["task"] / "chosen.skops"
    templates = [results / "measured" / "templates" / f"{shard}.npz" for shard in study.shards]
    shards = [results / "structures" / "shards" / f"{shard}.parquet" for shard in study.shards]
    aside = results / "measured" / "unlearned"
    templates.append(aside / "templates.npz")
    shards.append(aside / "structures.parquet")
    manifests = [results / "structures" / "manifest.parquet", aside / "manifest.parquet"]
    index = results / "dataset" / "development" / "index.parquet"
    for needed in (model, index, *manifests, *templates, *shards):
        if not needed.is_file():
            raise CommandError(f"{needed} is missing: run the study first (make run)")
    catalogue = load_catalogue(
        [storage.load_table(m) for m in manifests],
        [str(t) for t in templates],
        [str(s) for s in shards],
        str(index),
        config["tasks"][config["measured"]["task"]]["label"],
    )
    return config, catalogue, load_model(model)


def identify(files: list[str], config_file: str, out: str) -> int:
    """Print and write the verdicts; the number of files that could not be read."""
    config, catalogue, model = load_study(config_file)
    found, refused = read(files, grids.make_grid(**config["simulate"]["grid"]))
    curves = np.array([pattern for _, _, pattern in found], dtype=np.float32)
    chances = likely_types.type_probabilities(curves, model)
    rows, parameters = [], []
    folder = Path(out)
    for number, (row, curve, _) in enumerate(found):
        likely = chances.iloc[number].to_dict()
        answer = identification.answer(row, curve, likely, catalogue)
        ranked = identification.ranked_rows(row, answer, config["measured"]["ranks"])
        rows += ranked
        parameters += identification.parameter_rows(row["file"], answer)
        name = measured.shown(row["file"])  # one line, and nothing that a terminal obeys
        print(f"{name}: {answer.verdict}. {ranked[0]['reason']}")
        for item in ranked:
            fit = "" if np.isnan(item["rw"]) else f"Rw {item['rw']:.3f}  {item['candidate']}"
            chance = "" if np.isnan(item["probability"]) else f"{item['probability']:.2f}"
            print(f"  {item['rank']}  {item['structure_type']:<20}{chance:>5}  {fit}".rstrip())
        for name, structure in identification.refined_structures(row["file"], answer).items():
            for ending, text in structures.structure_texts(structure).items():
                storage.save_text(folder / "structures" / f"{name}.{ending}", text)
    for reason in refused:
        print(f"not read: {reason}")
    storage.save_table(
        folder / "identification.csv", pd.DataFrame(rows, columns=identification.COLUMNS)
    )
    storage.save_table(
        folder / "parameters.csv",
        pd.DataFrame(parameters, columns=identification.PARAMETER_COLUMNS),
    )
    print(f"Written: {folder / 'identification.csv'}")
    return len(refused)


def main(arguments: list[str] | None = None) -> int:
    """Read the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pdflearn.command", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("identify", help="say what measured files are")
    one.add_argument("files", nargs="+", metavar="FILE")
    one.add_argument("--configfile", default="config/config.yaml", help="the study's config")
    one.add_argument("--out", default="results/identify", help="folder for the answers")
    wanted = parser.parse_args(arguments)
    try:
        with threadpool_limits(1):  # more only wait for each other on matrices this small
            return int(identify(wanted.files, wanted.configfile, wanted.out) > 0)
    except (CommandError, measured.PatternError) as error:
        print(f"identify: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
