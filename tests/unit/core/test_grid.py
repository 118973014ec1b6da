"""The last point of a grid is r_max where the steps hit it."""

import numpy as np
import pytest

from pdflearn.core.grid import Grid


@pytest.mark.parametrize(
    ("r_max", "r_step", "points"),
    [(30.0, 0.05, 581), (30.0, 0.1, 291), (20.0, 0.1, 191), (1.0, 0.1, 1)],
)
def test_steps_that_no_float_holds_are_counted(r_max, r_step, points):
    grid = Grid(1.0, r_max, r_step)
    assert grid.points == len(grid.r) == points
    assert grid.r[0] == 1.0
    assert grid.r[-1] == pytest.approx(r_max)
    np.testing.assert_allclose(np.diff(grid.r), r_step)
