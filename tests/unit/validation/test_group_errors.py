from pathlib import Path

import numpy as np
import pytest

from pdflearn.structures.subgroups import RELATIONS, Subgroups
from pdflearn.validation.group_errors import error_relations

TABLE = Path(__file__).parents[3] / "resources" / "minerals" / "maximal_subgroups.csv"


@pytest.fixture(scope="module")
def subgroups():
    return Subgroups(TABLE)


def test_shares_of_errors_add_up_and_right_guesses_do_not_count(subgroups):
    random = np.random.default_rng(0)
    numbers = np.array([14, 62, 63, 139, 194, 225])
    true, predicted = random.choice(numbers, (2, 200))
    frequencies = dict.fromkeys(numbers.tolist(), 1.0)
    table = error_relations(true, predicted, frequencies, subgroups)
    assert tuple(table["relation"]) == RELATIONS
    assert table["n"].sum() == (true != predicted).sum()
    assert table["share"].sum() == pytest.approx(1.0)
    assert table["by_chance"].sum() == pytest.approx(1.0)


def test_guesses_at_random_are_related_as_by_chance(subgroups):
    random = np.random.default_rng(1)
    numbers = np.array([14, 62, 63, 139, 194, 225])
    weights = np.array([5, 4, 3, 2, 1, 5]) / 20
    true, predicted = (random.choice(numbers, 20000, p=weights) for _ in range(2))
    frequencies = dict(zip(numbers.tolist(), weights.tolist(), strict=True))
    table = error_relations(true, predicted, frequencies, subgroups)
    assert table["share"].to_numpy() == pytest.approx(table["by_chance"].to_numpy(), abs=0.02)


def test_without_errors_there_are_no_shares(subgroups):
    table = error_relations(np.array([225]), np.array([225]), {225: 1.0, 62: 1.0}, subgroups)
    assert table[["n", "share", "by_chance"]].to_numpy().sum() == 0.0
