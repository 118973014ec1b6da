# %% [markdown]
# # 4. The perceptron
#
# **Aim**: you have trained the oldest learning machine, and know when it ends.
# **You need**: lesson 3; the dot product. **Time**: 30 minutes.
#
# Give each of the n values of a pattern a *weight* and add up: $w \cdot x = \sum_i w_i x_i$. The sign of the
# sum is the answer: +1 for one class, −1 for the other. All $x$ with $w \cdot x = 0$ form a plane, which
# parts the two classes. (A constant 1 is appended to each $x$, so that the plane need not go through zero.)
#
# The *perceptron learning algorithm* (F. Rosenblatt, 1958) looks at one sample $(x, y)$ after another:
#
# $$ \text{if } y \, (w \cdot x) \le 0: \quad w \leftarrow w + y \, x $$
#
# A right answer changes nothing. A wrong one turns the plane a little towards the sample.

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np

plt.style.use("tableau-colorblind10")

# %% [markdown]
# ## Exercise: one step
#
# Write one step. Do not change `w` itself: return new weights.


# %% tags=["exercise"]
def perceptron_step(w, x, y):
    ...


# %%
perceptron_step = check.perceptron_step(perceptron_step)

# %% [markdown]
# INTERACTIVE: perceptron
#
# ## Two structure types
#
# fcc or hcp? Both are close packings; only the order of the layers differs. We take patterns of these two, over r divided by the first peak's position (lesson 1), and let
# the perceptron look at them in a random order.

# %%
patterns = course_data.load()
patterns = patterns.of(np.isin(patterns.types, ["fcc", "hcp"]))
features = course_data.features(patterns)
x = np.column_stack([features, np.ones(len(features))]).astype(float)
y = np.where(patterns.types == "fcc", 1, -1)
train = np.isin(patterns.compounds, course_data.halves(patterns)[0].compounds)


def learn(x, y, epochs, seed=0):
    """The share of wrong answers after each look at all samples, and the last weights."""
    random, w, wrong = np.random.default_rng(seed), np.zeros(x.shape[1]), []
    for _ in range(epochs):
        for k in random.permutation(len(x)):
            w = perceptron_step(w, x[k], y[k])
        wrong.append((np.sign(x @ w) != y).mean())
    return wrong, w


wrong, w = learn(x[train], y[train], 20)
errors = (np.sign(x[~train] @ w) != y[~train]).mean()
print(f"wrong in training after each look: {np.round(wrong, 2).tolist()}")
print(f"wrong among new compounds: {errors:.2f}")

figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
axes.axhline(0, color="0.8", linewidth=0.8)
axes.plot(course_data.feature_axis(patterns), w[:-1], linewidth=0.9)
axes.set(xlabel="r over the position of the first peak", ylabel="weight")
axes.set_title("Where a high G speaks for fcc (up) or hcp (down)")

# %% [markdown]
# If a plane separates the classes, the algorithm ends after a finite number of mistakes: at most $(R/\gamma)^2$, for
# samples no longer than $R$ and a gap of width $\gamma$ on either side of the best plane (A. Novikoff, 1962). If none does,
# it never ends. Swap a few labels to see that. We also take only every twelfth value of each pattern: a plane with more weights
# than there are samples can separate *any* labels.

# %%
mislabelled = y[train].copy()
mislabelled[::15] *= -1
few = np.column_stack([x[train][:, :-1:12], np.ones(train.sum())])
ended, _ = learn(few, y[train], 40, seed=1)
forever, _ = learn(few, mislabelled, 40, seed=1)
figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.plot(np.arange(1, len(ended) + 1), ended, label="labels as they are")
axes.plot(np.arange(1, len(forever) + 1), forever, label="one label in 15 swapped")
axes.set(xlabel="looks at all samples (epochs)", ylabel="share of wrong answers", ylim=(-0.02, 0.6))
axes.legend(frameon=False)

# %% [markdown]
# ## Questions
#
# <details><summary>How does a perceptron tell ten types apart?</summary>
#
# With ten planes, one a type ("this one or any other"). The largest $w_k \cdot x$ answers.
#
# </details>
#
# <details><summary>The last weights jump to and fro. Which would you keep?</summary>
#
# The best ones so far in training (*pocket*), or the average over all steps. The study's
# `workflow/pdflearn/models/perceptron.py` has both.
#
# </details>
#
# ## In the study
#
# Let a perceptron take part in `make quick`, beside the other models:
#
# ```diff config/quick.yaml
# -    models: [perfect, random, majority, logistic_regression, knn, mlp, average]
# +    models: [perfect, random, majority, perceptron, logistic_regression, knn, mlp, average]
# ```
#
# Runs: the perceptron. Runs again: the choice of a model and what follows, and the figures. Half a minute.
