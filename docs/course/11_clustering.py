# %% [markdown]
# # 11. Clustering and embeddings
#
# **Aim**: you can group curves without labels, and judge what the groups are worth.
# **You need**: lesson 1. **Time**: 35 minutes.
#
# Nobody labelled the data (*unsupervised learning*). Put together what is alike. *k-means* (S. Lloyd, 1957, published
# 1982) starts with k centres anywhere, then repeats two steps: each point joins its nearest centre; each centre moves to
# the mean of its points.

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score

plt.style.use("tableau-colorblind10")

# %% [markdown]
# ## Exercise: one step of k-means
#
# Take points and centres (one row each); return the moved centres. A centre without points stays where it is.


# %% tags=["exercise"]
def kmeans_step(points, centres):
    ...


# %%
kmeans_step = check.kmeans_step(kmeans_step)


# %%
def kmeans(points, k, seed):
    """Labels and the sum of squared distances, of the best of ten starts."""
    random, best = np.random.default_rng(seed), (np.inf, None)
    for _ in range(10):
        centres = points[random.choice(len(points), k, replace=False)].astype(float)
        for _ in range(50):
            moved = kmeans_step(points, centres)
            if np.allclose(moved, centres):
                break
            centres = moved
        squared = ((points[:, None] - centres[None]) ** 2).sum(axis=-1)
        if squared.min(axis=1).sum() < best[0]:
            best = squared.min(axis=1).sum(), squared.argmin(axis=1)
    return best[1], best[0]


patterns = course_data.load()
chosen = ["fcc", "bcc", "diamond", "rutile", "fluorite", "perovskite"]
patterns = patterns.of(np.isin(patterns.types, chosen))
views = {
    "G(r)": course_data.unit_rms(patterns.g),
    "r over the first peak's": course_data.features(patterns),
}

# %% [markdown]
# ## What is alike? An embedding
#
# *Principal component analysis* (PCA) finds the directions in which the data spread most, and two of them make a map.

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
markers = "osD^vP"
for axis, (name, values) in zip(axes, views.items(), strict=True):
    plane = PCA(2, svd_solver="full").fit(values)
    points = plane.transform(values)
    for marker, structure_type in zip(markers, chosen, strict=True):
        rows = patterns.types == structure_type
        axis.plot(*points[rows].T, marker, markersize=4, alpha=0.6, label=structure_type)
    shares = plane.explained_variance_ratio_
    axis.set(title=name, xlabel=f"first component ({shares[0]:.0%} of the variance)")
    axis.set_ylabel(f"second component ({shares[1]:.0%})")
axes[0].legend(frameon=False, fontsize=8)

# %% [markdown]
# ## How many clusters?
#
# The *silhouette* compares each point's distance to its own cluster with that to the next one: 1 is clear, 0 is on the
# border. It needs no labels. If labels are known, the *adjusted Rand index* says how well the clusters agree with them: 1
# is perfect, 0 is chance.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
numbers = [2, 3, 4, 6, 8, 12]
for name, values in views.items():
    points = PCA(10, svd_solver="full").fit_transform(values)
    labels = [kmeans(points, k, seed=0)[0] for k in numbers]
    left.plot(numbers, [silhouette_score(points, item) for item in labels], "o-", label=name)
    agreement = [adjusted_rand_score(patterns.types, item) for item in labels]
    right.plot(numbers, agreement, "o-", label=name)
    print(f"{name}: adjusted Rand index for {len(chosen)} clusters {agreement[3]:.2f}")
left.set(xlabel="clusters", ylabel="silhouette")
right.set(xlabel="clusters", ylabel="adjusted Rand index", ylim=(-0.05, 1))
right.axhline(0, color="0.7", linestyle="--")
left.legend(frameon=False, fontsize=8)

# %% [markdown]
# What is compared matters more than the method. On plain G(r), compounds with similar lattice constants come together,
# whatever their structure type.
#
# ## Questions
#
# <details><summary>Clusters always come out. How do you know that they mean something?</summary>
#
# They are the same in a resampled half of the data (*stability*); they part better than in data without groups (*gap
# statistic*); they agree with something that was not used, such as labels or temperature.
#
# </details>
#
# <details><summary>k-means finds round groups of equal size. Which methods do not assume that?</summary>
#
# Hierarchical clustering, spectral clustering, DBSCAN; a mixture of Gaussians allows ellipses. The study compares them.
#
# </details>
#
# ## In the study
#
# Tell the methods how many types there are:
#
# ```diff config/config.yaml
# -  n_clusters: silhouette          # which of them to take; or a number, or labels: as many as labels
# +  n_clusters: labels              # which of them to take; or a number, or labels: as many as labels
# ```
#
# Runs again: `cluster_patterns`, `plot_clusters`, the report. Half a minute with `make quick`.
