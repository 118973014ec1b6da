# %% [markdown]
# # 1. Prepare data
#
# **Aim**: you can bring measured and simulated curves into a form that a model can compare.
# **You need**: lesson 0. **Time**: 25 minutes.
#
# A model sees a list of numbers. Number 57 must mean the same in each list, so all curves must be on one
# *grid* of r. Measured files come on all kinds of grids, in ångström or nanometres, and on a scale that
# nobody knows. Preparing data is most of the work in most projects.

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np

plt.style.use("tableau-colorblind10")
patterns = course_data.load()
print(
    patterns.g.shape,
    "patterns and points; r from",
    patterns.r[0],
    "to",
    round(patterns.r[-1], 1),
    "Å",
)
patterns.table.sample(5, random_state=0)

# %% [markdown]
# Each row is one *pattern*: G(r) of a compound, with an instrument, a temperature and a particle size that
# were drawn at random. `structure_type` is the *label*: what a model shall learn to tell.

# %%
figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
for k, name in enumerate(sorted(set(patterns.types))[:6]):
    row = np.flatnonzero(patterns.types == name)[0]
    axes.plot(patterns.r, patterns.g[row] / np.abs(patterns.g[row]).max() - 1.5 * k, linewidth=0.9)
    axes.text(20.2, -1.5 * k, name)
axes.set(xlim=(1, 20), xlabel="r (Å)", ylabel="G(r), each over its maximum, shifted", yticks=[])

# %% [markdown]
# ## Exercise: one scale for all
#
# The scale of a measured G(r) is arbitrary. Divide each pattern (a row) by its own *root mean square*,
# $\sqrt{\frac{1}{n} \sum_i g_i^2}$. Why not by its maximum? One wild value would then shrink all the rest.


# %% tags=["exercise"]
def normalise(patterns):
    ...


# %%
normalise = check.normalise(normalise)
scaled = normalise(patterns.g)
print("root mean square of the first three:", np.sqrt((scaled[:3] ** 2).mean(axis=1)).round(3))

# %% [markdown]
# ## One more trap: the lattice constant
#
# Nickel and gold are both fcc, but gold's distances are 16 % longer. Point for point their curves hardly
# agree. If both are drawn against r over the position of the *first peak*, they do.

# %%
from pdflearn.dataset.representation import first_peaks

metals = np.char.endswith(patterns.compounds, " fcc")
two = np.flatnonzero(metals & patterns.table["diameter"].isna().to_numpy())
inside = patterns.r > 1.6  # below, no two atoms of a metal are neighbours
peaks = first_peaks(patterns.r[inside], patterns.g[two][:, inside].astype(np.float64))
first, second = two[peaks.argmin()], two[peaks.argmax()]
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained", sharey=True)
for row, peak in ((first, peaks.min()), (second, peaks.max())):
    name = patterns.table["compound"][row]
    left.plot(patterns.r, scaled[row], linewidth=0.9, label=f"{name}, first peak {peak:.2f} Å")
    right.plot(patterns.r / peak, scaled[row], linewidth=0.9)
left.set(xlim=(1.6, 10), xlabel="r (Å)", ylabel="G(r) over its root mean square")
right.set(xlim=(0.8, 4), xlabel="r over the first peak's position")
left.legend(frameon=False, fontsize=8)

# %% [markdown]
# Choosing what a model sees is called *feature extraction*. In this workflow the features named `raw` are
# the values against r, and `first_peak` those against r over the first peak.
#
# ## Questions
#
# <details><summary>Why is the region below 1 Å left out?</summary>
#
# No two atoms are that close, so what a measured curve shows there is error of the correction. It may be
# much larger than the peaks.
#
# </details>
#
# <details><summary>A measured file ends at 15 Å, the grid at 20 Å. What to do?</summary>
#
# Do not invent values. Either compare all patterns up to 15 Å only, or teach the model with patterns that
# are cut off at random (the study does both: it marks what is missing, and it augments).
#
# </details>
#
# ## In the study
#
# Let nearest neighbours see the curves against r as well:
#
# ```diff config/quick.yaml
# -    param_grid: {features: [first_peak], n_neighbors: [3]}
# +    param_grid: {features: [raw, first_peak], n_neighbors: [3]}
# ```
#
# Runs again: this model, what averages it, and what follows; nothing is simulated. About a minute.
