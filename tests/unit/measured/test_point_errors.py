"""The scatter of points: from the file, or from the curve's tail."""

import numpy as np
import pytest

from pdflearn.measured.observation import observe
from pdflearn.measured.point_errors import noise_of
from pdflearn.measured.reader import read_pdf

R = np.arange(1.0, 40.0, 0.02)
G = np.sin(18 * R) * np.exp(-0.5 * (0.03 * R) ** 2)


@pytest.mark.parametrize("columns", [3, 4])
def test_errors_of_a_file_are_read(tmp_path, columns):
    errors = np.full(len(R), 0.07)
    parts = [R, G, errors] if columns == 3 else [R, G, np.zeros(len(R)), errors]
    head = "# qmax=22\n#L r G dG\n"
    rows = "\n".join(" ".join(f"{x:.5f}" for x in row) for row in zip(*parts, strict=True))
    (tmp_path / "a.gr").write_text(head + rows)
    pattern = read_pdf(tmp_path / "a.gr")
    np.testing.assert_allclose(pattern.g_errors, 0.07)
    assert observe(pattern, {}, "xray").noise == pytest.approx(0.07)


def test_a_column_that_is_no_error_is_not_taken(tmp_path):
    rows = "\n".join(f"{r:.3f} {g:.5f} {5 * g:.5f}" for r, g in zip(R, G, strict=True))
    (tmp_path / "a.gr").write_text("#L r G x\n" + rows)
    assert read_pdf(tmp_path / "a.gr").g_errors is None


def test_the_tail_bounds_the_noise_and_a_short_curve_tells_none():
    noisy = G * (R < 25) + 0.02 * np.random.default_rng(1).normal(size=len(R))
    assert noise_of(R, noisy, None, 20.0) == pytest.approx(0.02, rel=0.15)
    assert noise_of(R[R < 20], G[R < 20], None, 20.0) is None
