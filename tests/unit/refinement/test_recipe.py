"""A recipe refuses what is not possible, and cuts the curve as it says."""

import numpy as np
import pytest

from pdflearn.measured.observation import Observation
from pdflearn.refinement.recipe import Recipe, RecipeError


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ({"shape": "cube"}, "shape = 'cube'"),
        ({"correlation": "delta3"}, "delta1"),
        ({"r_min": 5.0, "r_max": 3.0}, "not below"),
        ({"q_max": -1.0}, "q_max"),
        ({"background": 1.5}, "whole number"),
        ({"bounds": {"a": (4.0, 3.0)}}, "bounds: a"),
    ],
)
def test_what_is_not_possible_is_refused(entry, match):
    with pytest.raises(RecipeError, match=match):
        Recipe(**entry)


def test_the_observation_is_cut_and_its_q_replaced():
    r = np.arange(1.5, 60.0, 0.05)
    seen = Observation(r, np.sin(20 * r), q_max=22.0, q_damp=None)
    cut = Recipe(r_min=2.0, r_max=40.0, q_damp=0.04).applied_to(seen)
    assert (cut.r[0], cut.r[-1]) == pytest.approx((2.0, 40.0))
    assert (cut.q_max, cut.q_damp) == (22.0, 0.04)
    assert Recipe().applied_to(seen) is seen
