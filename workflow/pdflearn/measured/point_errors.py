"""The scatter of a measured curve's points: what the file says of it, or what its tail shows."""

import numpy as np

from pdflearn.measured.text import Table

# A window (angstrom) whose root mean square bounds the noise: beyond TAIL_FROM little is left of
# small particles, and of bulk where the resolution damps it.
TAIL_WINDOW, TAIL_FROM = 5.0, 20.0
# Errors of points are no more than this share of the curve, or else they are something else.
HIGHEST_SHARE = 0.5


def stated_errors(table: Table, r: np.ndarray, g: np.ndarray) -> np.ndarray | None:
    """The standard deviations of G(r) that a file gives: dG of r G dG, r G dr dG, or PDFgui's.

    Parameters
    ----------
    table : Table
        Of a file of G(r) against r in angstrom.
    r, g : arrays (n,)
        The curve that was read.

    Returns
    -------
    array (n,) or None
        On r; None where there are none, or they are no errors.
    """
    n_columns = table.columns.shape[1]
    if n_columns < 3:
        return None
    errors = table.columns[:, 2 if n_columns == 3 else 3]
    x = table.columns[:, 0]
    inside = np.isfinite(errors) & np.isfinite(x)
    if not inside.any() or (errors[inside] < 0).any():
        return None
    errors = np.interp(r, x[inside], errors[inside])
    level, size = np.median(errors), np.sqrt(np.mean(g**2))
    return errors if 0 < level < HIGHEST_SHARE * size else None


def noise_of(r: np.ndarray, g: np.ndarray, errors: np.ndarray | None, r_max: float) -> float | None:
    """The standard deviation of a point up to r_max; None where nothing tells it.

    Parameters
    ----------
    r, g : arrays (n,)
        The whole curve, angstrom and 1/angstrom^2.
    errors : array (n,) or None
        What the file gives.
    r_max : float
        Angstrom.

    Returns
    -------
    float or None
        From the file's own errors; or else the least root mean square of a window of 5 angstrom
        beyond 20, which the noise does not exceed.

    Examples
    --------
    >>> r = np.arange(1.0, 100.0, 0.01)
    >>> noise = np.random.default_rng(1).normal(size=len(r))
    >>> g = np.exp(-0.5 * (0.05 * r) ** 2) * np.sin(20 * r) + 0.01 * noise
    >>> round(noise_of(r, g, None, 50.0), 3)
    0.01
    """
    if errors is not None:
        return float(np.sqrt(np.mean(errors[r <= r_max] ** 2)))
    starts = np.arange(TAIL_FROM, r[-1] - TAIL_WINDOW + 1e-9, TAIL_WINDOW)
    if not len(starts):
        return None
    levels = [np.mean(g[(r >= low) & (r <= low + TAIL_WINDOW)] ** 2) for low in starts]
    return float(np.sqrt(min(levels))) or None
