"""Where in Q and in r the errors of a curve lie, as the residual of a fit shows it.

Neighbouring points of G(r) are not independent: it is a transform of F(Q), and errors arise in Q.
If errors of F(Q) grow with Q, a lattice constant, which is seen at high Q, is less certain than
white noise of the same size makes it, and a scale, which is seen at low Q, is more certain. In r
errors fade as the resolution damps the curve, while slopes by a lattice constant grow. Least
squares with equal weights has for errors of any covariance C the covariance

    (J' J)^-1  J' C J  (J' J)^-1

with J the derivatives of the curve ("sandwich" [1]_ [2]_). Here C is that of errors which are
stationary within each of a few segments of r. Their spectrum is nowhere above that of the residual,
smoothed; where the residual is more than noise, since the model lacks something, it is otherwise
that of white noise.

References
----------
.. [1] P. J. Huber, Proc. 5th Berkeley Symp. Math. Stat. Prob. 1 (1967) 221.
.. [2] W. K. Newey and K. D. West, Econometrica 55 (1987) 703.
"""

import numpy as np

# Smoothing: one value of a spectrum is the mean over so much r and Q, of eight independent values.
# A lattice constant's slopes, say, gather over several such pieces, so that their sum is sure to a
# few per cent, while errors that grow with Q or fade with r are still followed.
SEGMENT, BAND = 10.0, 2.5  # angstrom, 1/angstrom
EVEN = 1e-3  # of the step: points less even than that have no spectrum, and count as white
# Errors of a measurement do not fall with Q (those of counting grow), and the signal does: beyond
# this share of q_max what a fit leaves bounds the noise from above most closely.
HIGH_Q = 0.75


class ResidualSpectrum:
    """The spectrum of a residual by Q and r.

    Parameters
    ----------
    r : array (n_r,)
        Angstrom.
    residual : array (n_r,)
        What a fit leaves, in any unit.
    q_max : float
        1/angstrom; nothing of the curve lies beyond.

    Attributes
    ----------
    high_q_share : float
        The mean power of the last quarter of Q over that of all Q; 1 for white noise.

    Examples
    --------
    White noise leaves J' J nearly as it is:

    >>> r = np.arange(2.0, 50.0, 0.05)
    >>> noise = np.random.default_rng(1).normal(size=len(r))
    >>> spectrum = ResidualSpectrum(r, noise, q_max=np.pi / 0.05)
    >>> slopes = np.vstack([np.sin(10 * r), np.sin(30 * r)])
    >>> (np.diag(spectrum.products(slopes)) / (slopes**2).sum(axis=1)).round(1)
    array([1., 1.])
    """

    def __init__(self, r: np.ndarray, residual: np.ndarray, q_max: float) -> None:
        steps = np.diff(r)
        step = float((r[-1] - r[0]) / (len(r) - 1))
        self._parts: list[slice] = []
        self.high_q_share = 1.0
        if np.abs(steps - step).max() > EVEN * step or not residual.any():
            return
        n_parts = max(1, round((r[-1] - r[0]) / SEGMENT))
        ends = np.linspace(0, len(r), n_parts + 1).round().astype(int)
        self._parts = [slice(a, b) for a, b in zip(ends[:-1], ends[1:], strict=True)]
        n_bands = max(1, round(q_max / BAND))
        self._bands = []
        power, count = np.zeros((n_parts, n_bands)), np.zeros((n_parts, n_bands))
        for k, part in enumerate(self._parts):
            n = part.stop - part.start
            q = 2 * np.pi * np.fft.rfftfreq(n, step)
            inside = q < q_max + np.pi / (n * step)
            bands = np.minimum((q[inside] / q_max * n_bands).astype(int), n_bands - 1)
            self._bands.append(bands)
            squares = np.abs(_spectrum(residual[None, part])[0, inside]) ** 2
            power[k] = np.bincount(bands, squares, n_bands)
            count[k] = np.bincount(bands, minlength=n_bands)
        mean = power.sum() / count.sum()
        self._power, self._count = power / count / mean, count  # over that of white noise
        high = slice(int(np.floor(HIGH_Q * n_bands)), None)
        self.high_q_share = float(power[:, high].sum() / count[:, high].sum() / mean)

    def products(self, slopes: np.ndarray, share: float = 1.0) -> np.ndarray:
        """J' C J over the variance of an independent value.

        Parameters
        ----------
        slopes : array (n, n_r)
            J', derivatives of the curve.
        share : float, default 1.0
            The power of the errors over that of the residual.

        Returns
        -------
        array (n, n)
            For white noise J' J.
        """
        if not self._parts:
            return slopes @ slopes.T
        result = np.zeros((len(slopes), len(slopes)))
        of_errors = _below(self._power, self._count, share)
        for part, bands, power in zip(self._parts, self._bands, of_errors, strict=True):
            spectra = _spectrum(slopes[:, part])[:, : len(bands)]
            result += ((spectra * power[bands]) @ spectra.conj().T).real
        return result


def _below(power: np.ndarray, count: np.ndarray, share: float) -> np.ndarray:
    """A spectrum as even as it can be that is nowhere above another one, with a mean of one.

    Parameters
    ----------
    power, count : arrays
        The other one, and the weight of each of its values.
    share : float
        Its mean over that of the other one, at most 1.

    Examples
    --------
    >>> _below(np.array([1.0, 9.0]), np.ones(2), 0.5)
    array([0.4, 1.6])
    """
    order = np.argsort(power, axis=None)
    values, weights = power.ravel()[order], count.ravel()[order]
    below = np.concatenate([[0.0], np.cumsum(values * weights)[:-1]])
    above = np.cumsum(weights[::-1])[::-1]
    total = share * float(values @ weights)
    # the level where what lies below it, and the rest cut at it, add up to the total
    levels = (total - below) / np.maximum(above, 1e-300)
    fitting = np.flatnonzero(levels <= values)
    level = levels[fitting[0]] if len(fitting) else values[-1]
    return np.minimum(power, level) * weights.sum() / total


def _spectrum(curves: np.ndarray) -> np.ndarray:
    """The transforms of real curves (n, n_r), with the sums of squares of the curves."""
    n = curves.shape[1]
    spectra = np.fft.rfft(curves, axis=1) * np.sqrt(2.0 / n)
    spectra[:, 0] *= np.sqrt(0.5)
    if n % 2 == 0:
        spectra[:, -1] *= np.sqrt(0.5)
    return spectra
