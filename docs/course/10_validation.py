# %% [markdown]
# # 10. Validation, cross-validation, snooping, the vault
#
# **Aim**: you can choose a model honestly and state its score with an uncertainty.
# **You need**: lessons 3 and 7. **Time**: 40 minutes.
#
# Some settings cannot be learned by training, such as the number of neighbours or of hidden units: they are called
# *hyperparameters*. They are chosen on data that training did not see (*validation*). One validation set is small, so
# its score is uncertain. *Cross-validation* divides the data into k *folds*; each is the validation set once, and the
# k scores are averaged (M. Stone, J. R. Stat. Soc. B 36 (1974) 111). Their spread tells how uncertain the mean is.

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import balanced_accuracy_score
from sklearn.neighbors import KNeighborsClassifier

plt.style.use("tableau-colorblind10")

# %% [markdown]
# ## Exercise: folds of groups
#
# Return a list with one array of row numbers for each fold. A group is in one fold alone, and the folds hold as
# equal numbers of groups as they can.


# %% tags=["exercise"]
def folds_by_group(groups, n_folds, seed):
    ...


# %%
folds_by_group = check.folds_by_group(folds_by_group)

# %% [markdown]
# First something is put into the *vault*: a test set that nobody looks at until everything is chosen.

# %%
patterns = course_data.load()
development, vault = course_data.halves(patterns, share=0.75)
x = course_data.features(development)
folds = folds_by_group(development.compounds, 5, seed=0)
neighbours, scores = [1, 2, 3, 5, 10, 20, 50], []
for n in neighbours:
    of_folds = []
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(x)), fold)
        model = KNeighborsClassifier(n_neighbors=n, weights="distance")
        model.fit(x[rest], development.types[rest])
        of_folds.append(balanced_accuracy_score(development.types[fold], model.predict(x[fold])))
    scores.append(of_folds)
scores = np.array(scores)
mean, error = scores.mean(axis=1), scores.std(axis=1, ddof=1) / np.sqrt(len(folds))
best = int(mean.argmax())
simplest = int(np.flatnonzero(mean >= mean[best] - error[best]).max())

figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.errorbar(neighbours, mean, error, fmt="o", capsize=3, label="mean of 5 folds, standard error")
axes.axhspan(mean[best] - error[best], mean[best], alpha=0.15, label="within one error of the best")
axes.set(xscale="log", xlabel="number of neighbours", ylabel="balanced accuracy")
axes.legend(frameon=False, fontsize=8)
print("best", neighbours[best], "- simplest within one standard error", neighbours[simplest])

# %% [markdown]
# Within the error of the best, several settings are as good. The *one standard error rule* takes the simplest of
# them (L. Breiman et al., *Classification and Regression Trees*, 1984); with more neighbours the answer is smoother.
#
# Now, once, the vault is opened:

# %%
model = KNeighborsClassifier(n_neighbors=neighbours[simplest], weights="distance").fit(
    x, development.types
)
answers = model.predict(course_data.features(vault))
score = balanced_accuracy_score(vault.types, answers)
names = np.unique(vault.compounds)
random, resampled = np.random.default_rng(0), []
for _ in range(500):
    drawn = random.choice(names, len(names))
    rows = np.concatenate([np.flatnonzero(vault.compounds == name) for name in drawn])
    right = [
        np.mean(answers[rows][vault.types[rows] == t] == t) for t in np.unique(vault.types[rows])
    ]
    resampled.append(np.mean(right))
low, high = np.quantile(resampled, [0.025, 0.975])
print(f"vault: {score:.3f}, 95 % interval {low:.3f} to {high:.3f} (bootstrap over compounds)")

# %% [markdown]
# ## Snooping
#
# Who looks at the vault many times and keeps the best model has trained on the vault. Here are "models" that know
# nothing: each answers at random. The best of many looks good on the vault where it was found, and is worthless on
# fresh data.

# %%
random = np.random.default_rng(1)
n = 60
truth, fresh = random.integers(0, 2, n), random.integers(0, 2, n)
looks = np.array([1, 3, 10, 30, 100, 300, 1000])
on_vault, on_fresh = [], []
for count in looks:
    best_of, fresh_of = [], []
    for _ in range(50):
        answers = random.integers(0, 2, (count, n))
        right = (answers == truth).mean(axis=1)
        best_of.append(right.max())
        fresh_of.append((answers[right.argmax()] == fresh).mean())
    on_vault.append(np.mean(best_of))
    on_fresh.append(np.mean(fresh_of))
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.plot(looks, on_vault, "o-", label="the best one, on the vault")
axes.plot(looks, on_fresh, "s-", label="the same one, on fresh data")
axes.axhline(0.5, color="0.7", linestyle="--")
axes.set(xscale="log", xlabel="models tried on the vault", ylabel="accuracy")
axes.legend(frameon=False)

# %% [markdown]
# ## Questions
#
# <details><summary>The features were chosen with all data, the folds come after. Snooping?</summary>
#
# Yes. Whatever is chosen with a look at labels belongs inside the cross-validation.
#
# </details>
#
# <details><summary>More folds or fewer?</summary>
#
# More folds: each model learns from more data (less pessimistic), at more cost. Five to ten is usual.
#
# </details>
#
# ## In the study
#
# One rule alone reads the vault, `evaluate` in `workflow/rules/learn.smk`, and a test follows the graph of all jobs to prove it.
# Take more folds:
#
# ```diff config/config.yaml
# -  folds: 4                        # the rest takes turns: 60 % training, 20 % validation
# +  folds: 8                        # the rest takes turns: 60 % training, 20 % validation
# ```
#
# Runs again: `split` and everything that learns from it. The vault holds the same structures as before. About three
# minutes with `make quick`.
