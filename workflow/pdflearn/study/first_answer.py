"""What can be said of a curve before anything is refined: likely types and look-alikes."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from pdflearn.identification.candidates import compare
from pdflearn.identification.results import COLUMNS, NO_PHASE
from pdflearn.measured.samples import MeasuredSample
from pdflearn.models.probabilities import type_probabilities
from pdflearn.study.identify import TrainedStudy

N_LOOK_ALIKES = 5
NOT_REFINED_YET = "Not refined yet."


def first_answer(
    study: TrainedStudy, sample: MeasuredSample, g: np.ndarray
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Likely types and most similar structures of one sample.

    Parameters
    ----------
    study : TrainedStudy
    sample : MeasuredSample
        X-rays are taken where its radiation is not known.
    g : array (points,)
        Its curve on the study's grid, 1/angstrom^2.

    Returns
    -------
    rows : list of dict
        With the keys of identification.csv and no verdict, the likeliest type first.
    look_alikes : list of dict
        structure, structure_type, similarity (a cosine) and stretch of the lattice.
    """
    radiation, catalogue = sample.radiation or "xray", study.catalogue
    look_alikes: list[dict[str, Any]] = []
    probabilities: dict[str, float] = {}
    with _controller().limit(limits=1):  # more only wait for each other on matrices this small
        if study.model is not None:
            patterns = np.asarray(g, dtype=np.float32)[None]
            classes = type_probabilities(patterns, study.model).iloc[0].to_dict()
            probabilities = catalogue.type_probabilities(classes, radiation)
        if sample.observation is not None and len(catalogue.references.ids):
            observation = replace(sample.observation, radiation=radiation)
            closest = compare(observation, catalogue).head(N_LOOK_ALIKES)
            names = catalogue.structures.loc[closest.index, "name"]
            look_alikes = [
                {
                    "structure": str(name),
                    "structure_type": str(row["structure_type"]),
                    "similarity": round(float(row["similarity"]), 4),
                    "stretch": round(float(row["stretch"]), 4),
                }
                for name, (_, row) in zip(names, closest.iterrows(), strict=True)
            ]
    likely = sorted(probabilities, key=lambda name: -probabilities[name])[: study.top_n]
    likely = likely or list(dict.fromkeys(item["structure_type"] for item in look_alikes))
    nothing = dict.fromkeys(COLUMNS, "") | NO_PHASE | {"file": sample.file, "rw": float("nan")}
    rows = [
        nothing
        | {
            "rank": rank,
            "structure_type": name,
            "phase_type": name,
            "probability": round(float(probabilities.get(name, float("nan"))), 4),
        }
        for rank, name in enumerate(likely or [""], start=1)
    ]
    rows[0]["reason"] = NOT_REFINED_YET
    return rows, look_alikes


@cache
def _controller() -> ThreadpoolController:
    """The libraries whose threads are limited; to look for them takes 3 of an answer's 35 ms."""
    return ThreadpoolController()
