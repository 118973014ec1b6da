"""A parameter says what it is, with its error and unit where it has them."""

import dataclasses

import pytest

from pdflearn.refinement.parameter import Parameter


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (Parameter("a", 3.52, stderr=0.001, unit="A"), "a = 3.52 +/- 0.001 A"),
        (Parameter("scale", 7.3), "scale = 7.3"),
        (Parameter("diameter", float("inf"), unit="A"), "diameter = inf A"),
        (Parameter("q_damp", 0.0, vary=False, unit="1/A"), "q_damp = 0 1/A (fixed)"),
    ],
)
def test_a_parameter_prints_value_error_and_unit(parameter, text):
    assert str(parameter) == text


def test_a_parameter_is_not_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Parameter("a", 3.52).value = 3.53
