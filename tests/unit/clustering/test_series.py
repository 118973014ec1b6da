"""Components, clusters and changes of a series are those of its patterns."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.clustering import series
from pdflearn.core.grid import Grid
from pdflearn.measured.series import Series

GRID = Grid(1.0, 30.0, 0.1)
R = GRID.r


def test_clusters_are_numbered_along_the_series(heating):
    x, g = heating(12, 6, 0.002)
    g[6:] += 0.5 * np.sin(3.1 * R)
    assert list(series.cluster_series(g)) == [1] * 6 + [2] * 6


def test_a_series_is_compared_up_to_the_end_of_its_shortest_pattern(heating):
    x, g = heating(17, 8, 0.002)
    index = pd.DataFrame({"file": [f"f{k}" for k in range(17)], "series": "heating", "r_max": 30.0})
    index.loc[3, "r_max"] = 20.0
    one = Series("heating", np.arange(17), x, "temperature (K)")
    result = series.analyse_series(one, index, g, GRID, 1.5, 0)
    arrays = result.arrays
    assert (arrays["r"][0], arrays["r"][-1]) == pytest.approx((1.5, 20.0))
    assert np.diag(arrays["similarity"]) == pytest.approx(1.0)
    assert list(result.table["segment"]) == [1] * 8 + [2] * 9
    assert (result.changes["before"][0], result.changes["after"][0]) == (x[7], x[8])
