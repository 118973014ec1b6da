"""Volumes that elements take up in compounds: how large the cell of a compound should be.

The volume of a compound is about the sum of its elements' (W. Biltz, Raumchemie der festen Stoffe
(1934); D. W. M. Hofmann, Acta Cryst. B57 (2002) 489). Metals take up more among themselves than
beside non-metals, so they have two volumes each. The volumes are fitted to known compounds by
non-negative least squares of relative errors.

Over the library's 1,478 real compounds, predicted in five folds, 68 % are within 9 %, 90 % within
19 %; a compound scaled from another one of its type is predicted as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from pdflearn.structures.chemistry import chemistry_of

SCATTER = 0.09  # standard deviation of ln volume about the prediction, see above
TAILS = 4.0  # degrees of freedom of Student's t distribution, which has such tails
FEWEST = 3  # compounds that an element must occur in
SALT = 0.25  # share of non-metals from which a compound counts as one of a non-metal
NON_METALS = "non-metal"


@dataclass(frozen=True)
class Volumes:
    """The volumes of elements, angstrom^3 an atom.

    Parameters
    ----------
    metallic, beside_non_metals : mapping
        Element -> volume.

    Examples
    --------
    >>> compounds = [{"Cu": 1.0}, {"Cu": 0.5, "Zn": 0.5}, {"Cu": 0.5, "Au": 0.5}]
    >>> volumes = Volumes.fit(compounds, [11.8, 13.5, 14.4])
    >>> round(volumes.of({"Cu": 1.0}), 1), volumes.of({"Au": 1.0})
    (11.8, nan)
    """

    metallic: Mapping[str, float]
    beside_non_metals: Mapping[str, float]

    @classmethod
    def fit(
        cls, compositions: Iterable[Mapping[str, float]], volumes: Iterable[float]
    ) -> "Volumes":
        """Fit the volumes to compounds.

        Parameters
        ----------
        compositions : iterable of mappings
            Element -> share of the atoms.
        volumes : iterable of float
            angstrom^3 an atom.

        Returns
        -------
        Volumes
            Of the elements that at least `FEWEST` compounds hold.
        """
        from scipy.optimize import nnls  # which takes as long to import as a fit

        rows = list(compositions)
        keys = sorted({(_is_salt(row), symbol) for row in rows for symbol in row})
        place = {key: column for column, key in enumerate(keys)}
        matrix = np.zeros((len(rows), len(keys)))
        for number, row in enumerate(rows):
            for symbol, share in row.items():
                matrix[number, place[_is_salt(row), symbol]] = share
        matrix /= np.fromiter(volumes, dtype=float)[:, None]
        solved, _ = nnls(matrix, np.ones(len(rows)))
        tables: tuple[dict[str, float], dict[str, float]] = ({}, {})
        for (salt, symbol), volume in zip(keys, solved, strict=True):
            if volume > 0.0 and np.count_nonzero(matrix[:, place[salt, symbol]]) >= FEWEST:
                tables[salt][symbol] = float(volume)
        return cls(*tables)

    def of(self, composition: Mapping[str, float]) -> float:
        """The volume of a compound, angstrom^3 an atom.

        NaN where an element has no volume.
        """
        salt = _is_salt(composition)
        first, second = self.metallic, self.beside_non_metals
        if salt:
            first, second = second, first
        return sum(
            share * (first.get(symbol, second.get(symbol, np.nan)))
            for symbol, share in composition.items()
        )

    def ratio(self, new: Mapping[str, float], old: Mapping[str, float]) -> float:
        """How much larger a compound is than another one of its type."""
        return self.of(new) / self.of(old)


NO_VOLUMES = Volumes({}, {})


def log_likelihood(volume: float, expected: float, scatter: float = SCATTER) -> float:
    """Logarithm of how likely a volume is beside the expected one; 0 where they are equal.

    Parameters
    ----------
    volume, expected : float
        angstrom^3.
    scatter : float, default 0.09
        Standard deviation of ln volume.

    Examples
    --------
    >>> log_likelihood(20.0, 20.0), round(log_likelihood(25.0, 20.0), 1)
    (-0.0, -2.3)
    """
    z = np.log(volume / expected) / scatter
    return float(-0.5 * (TAILS + 1) * np.log1p(z**2 / TAILS))


def _is_salt(composition: Mapping[str, float]) -> bool:
    """Whether a compound is one of metals with non-metals, or of non-metals."""
    total = sum(x for symbol, x in composition.items() if chemistry_of(symbol) == NON_METALS)
    return total >= SALT
