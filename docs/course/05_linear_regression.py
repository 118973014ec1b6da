# %% [markdown]
# # 5. Linear regression
#
# **Aim**: you can fit a number by a formula, and know what a penalty does.
# **You need**: lesson 4; matrices. **Time**: 30 minutes.
#
# Now the answer is a number: the diameter of a particle, or the distance of its nearest neighbours. Linear
# regression adds up weighted values, $\hat y = X w$ (one row of $X$ a sample), and takes the weights with the
# least squared error. Setting the derivative to zero gives the *normal equations*; a penalty
# $\alpha \lvert w \rvert^2$ (*ridge*) adds one term:
#
# $$ (X^T X + \alpha I) \, w = X^T y $$

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np

plt.style.use("tableau-colorblind10")

# %% [markdown]
# ## Exercise: the normal equations
#
# `np.linalg.solve(A, b)` solves $A w = b$. Do not compute an inverse: it costs more and loses digits.


# %% tags=["exercise"]
def normal_equations(X, y, alpha):
    ...


# %%
normal_equations = check.normal_equations(normal_equations)

# %% [markdown]
# ## The diameter of a particle
#
# G(r) of a small particle fades before its diameter. What tells the size is therefore the *envelope*: how
# large the curve is in each stretch of r. We take the root mean square in steps of 2 Å, over that of the
# first step, and predict the inverse diameter (it is zero for an endless crystal).

# %%
patterns = course_data.load(known=None)
inverse = 1.0 / patterns.table["diameter"].fillna(np.inf).to_numpy()


def envelope(r, g, width=2.0):
    edges = np.arange(2.0, r[-1] - width, width)
    parts = [np.sqrt((g[:, (r >= low) & (r < low + width)] ** 2).mean(axis=1)) for low in edges]
    values = np.stack(parts, axis=1)
    return values / values[:, :1]


X = np.column_stack([envelope(patterns.r, patterns.g), np.ones(len(patterns.g))])
train = np.isin(patterns.compounds, course_data.halves(patterns)[0].compounds)
w = normal_equations(X[train], inverse[train], 1e-3)
predicted = X[~train] @ w
error = np.sqrt(np.mean((predicted - inverse[~train]) ** 2))
control = np.sqrt(np.mean((inverse[train].mean() - inverse[~train]) ** 2))
print(f"root mean square error {error:.4f} 1/Å; of always the mean (control) {control:.4f} 1/Å")

figure, axes = plt.subplots(figsize=(4.5, 4), layout="constrained")
axes.plot([0, 0.07], [0, 0.07], color="0.7")
axes.plot(inverse[~train], predicted, ".", alpha=0.4)
axes.set(xlabel="true 1 / diameter (1/Å)", ylabel="predicted (1/Å)", aspect="equal")

# %% [markdown]
# ## What the penalty does
#
# With as many weights as samples, least squares fits the noise. A penalty keeps the weights small. Here the
# features are all values of G(r), and the weights are learned from only 60 patterns.

# %%
few = np.flatnonzero(train)[:: max(1, train.sum() // 60)]
G = np.column_stack([course_data.unit_rms(patterns.g), np.ones(len(patterns.g))]).astype(float)
alphas = 10.0 ** np.arange(-6, 6)
curves = {"training": [], "validation": []}
for alpha in alphas:
    w = normal_equations(G[few], inverse[few], alpha)
    for name, rows in (("training", few), ("validation", np.flatnonzero(~train))):
        curves[name].append(np.sqrt(np.mean((G[rows] @ w - inverse[rows]) ** 2)))
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
for name, values in curves.items():
    axes.plot(alphas, values, "o-", label=name)
axes.set(xscale="log", xlabel="penalty α", ylabel="root mean square error (1/Å)")
axes.legend(frameon=False)

# %% [markdown]
# The training error grows with the penalty; the validation error falls first, then grows. The best penalty is
# found by validation (lesson 10), never by training.
#
# ## Questions
#
# <details><summary>Why the inverse diameter, not the diameter?</summary>
#
# A particle of 500 Å and one of 1000 Å look the same within 20 Å. No model can tell them apart, and the
# squared error would be ruled by them. Their inverses are nearly equal, as they should be.
#
# </details>
#
# <details><summary>Is the constant 1 penalised here? Should it be?</summary>
#
# Here it is, by a little. It should not: a penalty is meant for how the answer depends on the values, not for
# its mean. pdflearn's `workflow/pdflearn/models/linear_regression.py` subtracts the means first.
#
# </details>
#
# ## In the study
#
# Penalise less and more:
#
# ```diff config/config.yaml
# -    param_grid: {alpha: [10.0, 1000.0]}
# +    param_grid: {alpha: [0.1, 10.0, 1000.0, 100000.0]}
# ```
#
# Runs again: `linear_regression` on the task diameter, and what follows for that task. Half a minute with `make quick`.
