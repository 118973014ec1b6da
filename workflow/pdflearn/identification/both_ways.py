"""Samples with a label identified twice, blind and with their elements, and scores of the two."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.request import Request
from pdflearn.identification.results import answer_sample
from pdflearn.identification.sample import SampleResult
from pdflearn.identification.verdict import Answer
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.cache import Solutions
from pdflearn.structures.elements import is_formula, parse_composition
from pdflearn.structures.substitution import TOLERANCE

NO_LABEL = ("", "none")
N_RANKS = 5  # ranks that are looked through for the label
COLUMNS = ["sample", "radiation", "label", "composition", "known", "rank", "structure_type",
           "compound", "verdict"]  # fmt: skip
SCORE_COLUMNS = ["sample", "radiation", "label", "composition", "rank_blind", "verdict_blind",
                 "rank_elements", "verdict_elements", "compound", "compound_right"]  # fmt: skip
EVERY = "every sample"
_RATES = ("rank_blind", "rank_elements", "compound_right")


def answer_both_ways(
    results: Iterable[SampleResult],
    probabilities: pd.DataFrame,
    catalogue: Catalogue,
    solutions: Solutions | None = None,
) -> pd.DataFrame:
    """Identify one file of each sample whose label and formula are known, blind and with elements.

    The answer that the sample already has is one of the two.

    Parameters
    ----------
    results : iterable of SampleResult
        The answers so far.
    probabilities : DataFrame (n_samples, n_classes)
        By the selected model, in the same order.
    catalogue : Catalogue
    solutions : Solutions, optional
        Remembered fits; what is new is added.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; `known` is "blind" or "elements"; the first `N_RANKS` ranks of each.
    """
    rows = []
    seen = set()
    for number, result in enumerate(results):
        sample = result.sample
        key = (sample.series or sample.sample or sample.file, sample.radiation, sample.label)
        sure = sample.source == "public" or sample.composition_given  # a header may be wrong
        usable = sample.label not in NO_LABEL and sure and is_formula(sample.composition)
        if key in seen or not usable or sample.observation is None:
            continue
        seen.add(key)
        free = replace(sample, structure="", only=False)
        ways = {
            "blind": replace(free, composition_given=False, elements=""),
            "elements": replace(free, composition_given=True, elements=""),
        }
        for known, asked in ways.items():
            answer = result.answer
            if Request.of_sample(asked) != Request.of_sample(sample):
                of_classes = probabilities.iloc[number].to_dict()
                answer = answer_sample(asked, of_classes, catalogue, solutions)
            rows += _rows(key[0], sample, known, answer)
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(name: str, sample: MeasuredSample, known: str, answer: Answer) -> list[dict[str, object]]:
    return [
        {
            "sample": name,
            "radiation": sample.radiation or "unknown",
            "label": sample.label,
            "composition": sample.composition,
            "known": known,
            "rank": rank,
            "structure_type": item.structure_type,
            "compound": item.compound,
            "verdict": answer.verdict if rank == 1 else "",
        }
        for rank, item in enumerate(answer.ranked[:N_RANKS], start=1)
    ]


def score_both_ways(answers: pd.DataFrame) -> pd.DataFrame:
    """Score what `answer_both_ways` returned.

    Parameters
    ----------
    answers : DataFrame
        Of all batches.

    Returns
    -------
    DataFrame
        Columns `SCORE_COLUMNS`. One row a sample: at which rank its label stands, blind and with
        the elements (NaN for none of the first five); the compound at rank 1 where the elements
        are known; and 1 where this is of the label's type and has the sample's formula. The last
        row, "every sample", has the shares of rank 1 and of right compounds.

    Examples
    --------
    >>> rows = [
    ...     ("a", "xray", "zincblende", "GaAs", "blind", 1, "diamond", "", "accepted"),
    ...     ("a", "xray", "zincblende", "GaAs", "blind", 2, "zincblende", "", ""),
    ...     ("a", "xray", "zincblende", "GaAs", "elements", 1, "zincblende", "GaAs", "accepted"),
    ... ]
    >>> scores = score_both_ways(pd.DataFrame(rows, columns=COLUMNS))
    >>> scores[["sample", "rank_blind", "rank_elements", "compound_right"]].values.tolist()
    [['a', 2.0, 1.0, 1.0], ['every sample', 0.0, 1.0, 1.0]]
    """
    rows = []
    for key, group in answers.groupby(["sample", "radiation", "label", "composition"], sort=True):
        row: dict[str, object] = dict(zip(SCORE_COLUMNS, key, strict=False))
        for known, ranked in group.sort_values("rank").groupby("known"):
            at = ranked.loc[ranked["structure_type"] == key[2], "rank"]
            row[f"rank_{known}"] = float(at.min()) if len(at) else np.nan
            row[f"verdict_{known}"] = ranked["verdict"].iloc[0]
            if known == "elements":
                row["compound"] = ranked["compound"].iloc[0]
                right = row["rank_elements"] == 1.0 and is_compound(row["compound"], key[3])
                row["compound_right"] = float(right)
        rows.append(row)
    if rows:
        table = pd.DataFrame(rows, columns=SCORE_COLUMNS)
        rows.append(
            {
                "sample": EVERY,
                "radiation": "all",
                **{name: float((table[name] == 1.0).mean()) for name in _RATES},
            }
        )
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


def is_compound(compound: str, formula: str) -> bool:
    """Tell whether a compound, or each of a mixture's, has the amounts of a formula.

    Examples
    --------
    >>> is_compound("Ni + Si", "Si+Ni"), is_compound("FeO", "Fe3O4")
    (True, False)
    """
    named = [parse_composition(part) for part in compound.split("+")]
    stated = [parse_composition(part) for part in formula.split("+")]
    return len(named) == len(stated) and all(
        any(_alike(one, other) for other in stated) for one in named
    )


def _alike(one: dict[str, float], other: dict[str, float]) -> bool:
    return bool(one) and all(
        abs(one.get(e, 0.0) - other.get(e, 0.0)) <= TOLERANCE for e in {*one, *other}
    )
