"""Maps of patterns: principal components with their loadings against r, and t-SNE."""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

PERPLEXITY = 30.0


@dataclass(frozen=True)
class Components:
    """Principal components.

    Attributes
    ----------
    scores : array (n, k)
    loadings : array (k, m)
    explained : array (k,), share of the variance
    mean : array (m,)
    """

    scores: np.ndarray
    loadings: np.ndarray
    explained: np.ndarray
    mean: np.ndarray


def principal_components(features: np.ndarray, k: int = 3) -> Components:
    """The first k principal components; the largest loading of each is positive."""
    k = min(k, len(features) - 1, features.shape[1])
    model = PCA(k, svd_solver="covariance_eigh").fit(features)
    loadings = model.components_
    largest = np.abs(loadings).argmax(axis=1)
    sign = np.sign(loadings[np.arange(k), largest])
    return Components(
        scores=model.transform(features) * sign,
        loadings=loadings * sign[:, None],
        explained=model.explained_variance_ratio_,
        mean=model.mean_,
    )


def tsne(features: np.ndarray, seed: int) -> np.ndarray:
    """A map (n, 2) that keeps near neighbours near; far distances on it mean nothing.

    Notes
    -----
    L. van der Maaten and G. Hinton, J. Mach. Learn. Res. 9 (2008) 2579; started from the principal
    components (D. Kobak and P. Berens, Nat. Commun. 10 (2019) 5416).
    """
    perplexity = min(PERPLEXITY, (len(features) - 1) / 3)
    start = principal_components(features, 2).scores
    if start.shape[1] < 2:
        return np.column_stack([start[:, 0], np.zeros(len(start))])
    start = 1e-4 * start / start[:, 0].std()
    model = TSNE(2, perplexity=perplexity, init=start, max_iter=500, random_state=seed)
    return model.fit_transform(features.astype(np.float32))
