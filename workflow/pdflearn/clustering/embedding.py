"""Maps of patterns: principal components with their loadings against r, and t-SNE."""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

PERPLEXITY = 30.0


@dataclass(frozen=True)
class PrincipalComponents:
    """Principal components of n patterns with m features.

    Attributes
    ----------
    scores : array (n, k)
        Position of each pattern along each component.
    loadings : array (k, m)
        The components, each of length one.
    explained_variance_ratio : array (k,)
        Share of the variance along each component.
    mean : array (m,)
        The mean pattern.
    """

    scores: np.ndarray
    loadings: np.ndarray
    explained_variance_ratio: np.ndarray
    mean: np.ndarray


def principal_components(features: np.ndarray, n_components: int = 3) -> PrincipalComponents:
    """The first principal components; the largest loading of each is positive.

    Parameters
    ----------
    features : array (n, m)
    n_components : int, default 3
        At most as many as there are rows less one, and as there are columns.

    See Also
    --------
    tsne : a map that keeps near neighbours near.

    Examples
    --------
    >>> features = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> components = principal_components(features, 1)
    >>> components.loadings.round(3)
    array([[0.707, 0.707]])
    >>> components.explained_variance_ratio.round(3)
    array([1.])
    """
    n_components = min(n_components, len(features) - 1, features.shape[1])
    model = PCA(n_components, svd_solver="covariance_eigh").fit(features)
    loadings = model.components_
    largest = np.abs(loadings).argmax(axis=1)
    sign = np.sign(loadings[np.arange(n_components), largest])
    return PrincipalComponents(
        scores=model.transform(features) * sign,
        loadings=loadings * sign[:, None],
        explained_variance_ratio=model.explained_variance_ratio_,
        mean=model.mean_,
    )


def tsne(features: np.ndarray, seed: int) -> np.ndarray:
    """A map of patterns that keeps near neighbours near; long distances on it mean nothing.

    Parameters
    ----------
    features : array (n, m)
    seed : int

    Returns
    -------
    array (n, 2)

    See Also
    --------
    principal_components : a map whose axes have a meaning.

    References
    ----------
    L. van der Maaten and G. Hinton, J. Mach. Learn. Res. 9 (2008) 2579; started from the principal
    components: D. Kobak and P. Berens, Nat. Commun. 10 (2019) 5416.
    """
    perplexity = min(PERPLEXITY, (len(features) - 1) / 3)
    start = principal_components(features, 2).scores
    if start.shape[1] < 2:
        return np.column_stack([start[:, 0], np.zeros(len(start))])
    start = 1e-4 * start / start[:, 0].std()
    model = TSNE(2, perplexity=perplexity, init=start, max_iter=500, random_state=seed)
    return model.fit_transform(features.astype(np.float32))
