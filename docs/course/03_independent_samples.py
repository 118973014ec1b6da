# %% [markdown]
# # 3. Independent samples, and leaks
#
# **Aim**: you can split data so that a score tells about new samples.
# **You need**: lesson 2. **Time**: 25 minutes.
#
# A model is to be good at samples that it has *not* seen. So some patterns are held back, and the score on
# these is an estimate for new ones. It is honest only if both are *independent and identically distributed*
# (i.i.d.): drawn from one distribution, none telling about another.
#
# Two patterns of one compound are **not** independent. Both have the same peaks; only the noise and the
# instrument differ. A model that learned the one by heart will know the other. That is a *leak*.

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np
from sklearn.neighbors import KNeighborsClassifier

plt.style.use("tableau-colorblind10")
patterns = course_data.load()
# Of some compounds there are three patterns; we take these.
names, counts = np.unique(patterns.compounds, return_counts=True)
patterns = patterns.of(np.isin(patterns.compounds, names[counts >= 3]))
x = course_data.unit_rms(patterns.g)
compound = np.unique(patterns.compounds[np.char.endswith(patterns.compounds, " fcc")])[0]
rows = np.flatnonzero(patterns.compounds == compound)
figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
for row in rows[:2]:
    axes.plot(patterns.r, x[row], linewidth=0.9)
axes.set(xlim=(1.6, 12), xlabel="r (Å)", ylabel="G(r) over its root mean square")
axes.set_title(f"Two patterns of {compound}: not independent")

# %% [markdown]
# ## Exercise: split by groups
#
# Write a function that returns a mask (True or False for each pattern) of a share of the *groups*, chosen at
# random. All patterns of a group are on one side. `np.random.default_rng(seed).choice` draws, and
# `np.isin` makes the mask.


# %% tags=["exercise"]
def split_by_group(groups, share, seed):
    ...


# %%
split_by_group = check.split_by_group(split_by_group)


# %% [markdown]
# What is a leak worth? The same model, the same number of patterns, two ways to split, ten times each:


# %%
def score(test):
    model = KNeighborsClassifier(n_neighbors=1).fit(x[~test], patterns.types[~test])
    return (model.predict(x[test]) == patterns.types[test]).mean()


single = np.array([f"pattern {k}" for k in range(len(x))])
leaky = [score(split_by_group(single, 0.3, seed)) for seed in range(10)]
honest = [score(split_by_group(patterns.compounds, 0.3, seed)) for seed in range(10)]

figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
for k, values in enumerate((leaky, honest)):
    axes.plot(values, np.full(10, k), "o", alpha=0.6)
    axes.plot([np.mean(values)] * 2, [k - 0.2, k + 0.2], color="black")
axes.set(yticks=[0, 1], yticklabels=["single patterns", "compounds"], ylim=(-0.6, 1.6))
axes.set(xlabel="share of right answers of the nearest neighbour", title="Split by ...")
print(f"split by patterns {np.mean(leaky):.3f}, by compounds {np.mean(honest):.3f}")

# %% [markdown]
# The upper number is what you would hope for, and the lower one what you will get for a new compound.
# Nothing about the model differs.
#
# ## Questions
#
# <details><summary>Ten files of one sample at ten temperatures: how many independent samples?</summary>
#
# One. A model that names the first will name all.
#
# </details>
#
# <details><summary>NaCl and KCl are two compounds. Can they still leak?</summary>
#
# Yes: their patterns are nearly the same curve, stretched. The study joins compounds with nearly the same
# pattern to one *family*, and splits by families.
#
# </details>
#
# <details><summary>Simulated for training, measured for testing: are these identically distributed?</summary>
#
# No. Real samples have errors that no simulation has. So the study reports a second score on patterns from
# other instruments (*stress*), and one on measured files.
#
# </details>
#
# ## In the study
#
# Call fewer patterns "nearly the same" and see whether the scores rise:
#
# ```diff config/config.yaml
# -  near_duplicate: {correlation: 0.995, stretch: 0.003}
# +  near_duplicate: {correlation: 0.9999, stretch: 0.003}
# ```
#
# Runs again: `split` and everything that learns from it; nothing is simulated. About two minutes with
# `make quick`.
