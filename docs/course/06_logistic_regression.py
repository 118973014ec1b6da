# %% [markdown]
# # 6. Logistic regression and gradient descent
#
# **Aim**: you can turn a plane into probabilities, and find its weights by walking downhill.
# **You need**: lessons 4 and 5; the derivative. **Time**: 40 minutes.
#
# A perceptron says yes or no. Logistic regression says how sure it is: the distance from the plane becomes
# the probability
#
# $$ p = \frac{1}{1 + e^{-w \cdot x}} $$
#
# of the class 1. The penalty for an answer is its surprise, the *log loss*: $-\log p$ if the class is 1, and
# $-\log(1 - p)$ if it is 0. A sure and wrong answer costs most. No formula gives the best weights, but the
# gradient of the mean loss is simple:
#
# $$ \nabla L = \frac{1}{n} X^T (p - y) $$
#
# *Gradient descent* takes small steps against it; how small is the *learning rate*:
# $w \leftarrow w - \eta \nabla L$.

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np

plt.style.use("tableau-colorblind10")

# %% [markdown]
# ## Exercise: a gradient step
#
# `y` holds 0 and 1.


# %% tags=["exercise"]
def gradient_step(w, X, y, rate):
    ...


# %%
gradient_step = check.gradient_step(gradient_step)

# %%
patterns = course_data.load()
patterns = patterns.of(np.isin(patterns.types, ["fcc", "hcp"]))
# Every twelfth value, and one label in ten swapped: no plane parts these classes, as with most real data.
X = np.column_stack([course_data.features(patterns)[:, ::12], np.ones(len(patterns.g))]).astype(float)
y = (patterns.types == "fcc").astype(float)
y[::10] = 1 - y[::10]
train = np.isin(patterns.compounds, course_data.halves(patterns)[0].compounds)


def loss(w, rows):
    score = X[rows] @ w
    return np.mean(np.logaddexp(0, score) - y[rows] * score)


figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
for rate in (0.01, 0.1, 1.0, 30.0):
    w, curve = np.zeros(X.shape[1]), []
    for _ in range(200):
        curve.append(loss(w, train))
        w = gradient_step(w, X[train], y[train], rate)
    axes.plot(curve, label=f"learning rate {rate:g}")
axes.set(xlabel="steps", ylabel="mean log loss of training", yscale="log", ylim=(0.08, 20))
axes.legend(frameon=False)

# %% [markdown]
# Too small a rate crawls, too large a one jumps over the valley. The largest rate that surely goes downhill is
# one over the largest curvature (here at most a quarter of the largest eigenvalue of $X^T X / n$).
#
# INTERACTIVE: learning_rate
#
# ## Exercise: momentum
#
# A ball that rolls keeps its direction. Its *velocity* $v$ remembers the steps before (B. T. Polyak, 1964):
#
# $$ v \leftarrow \mu v - \eta \nabla L, \qquad w \leftarrow w + v $$
#
# Return the new weights and the new velocity.


# %% tags=["exercise"]
def momentum_step(w, velocity, gradient, rate, momentum):
    ...


# %%
momentum_step = check.momentum_step(momentum_step)

# %% [markdown]
# In a long narrow valley plain descent soon creeps along the floor. With momentum it swings more, and arrives.

# %%
curvature = np.array([1.0, 30.0])
figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
across, along = np.meshgrid(np.linspace(-4.5, 1, 60), np.linspace(-1.2, 1.2, 60))
axes.contour(
    across, along, 0.5 * (curvature[0] * across**2 + curvature[1] * along**2), 12, colors="0.85"
)
for momentum, label in ((0.0, "plain"), (0.7, "with momentum 0.7")):
    w, velocity = np.array([-4.0, 1.0]), np.zeros(2)
    path = [w]
    for _ in range(25):
        w, velocity = momentum_step(w, velocity, curvature * w, 0.05, momentum)
        path.append(w)
    axes.plot(*np.transpose(path), ".-", label=label)
axes.set(xlabel="first weight", ylabel="second weight", title="25 steps in a narrow valley")
axes.legend(frameon=False)

# %% [markdown]
# ## Questions
#
# <details><summary>What is an epoch, and what is a batch?</summary>
#
# An epoch is one pass over all training samples. A batch is the part of them that one step looks at. Steps on
# small batches are cheap and noisy (*stochastic* gradient descent), and for large data they win.
#
# </details>
#
# <details><summary>And for ten types?</summary>
#
# One score a type, and $p_k = e^{s_k} / \sum_j e^{s_j}$ (*softmax*). The gradient keeps its form:
# probabilities minus truth.
#
# </details>
#
# <details><summary>If a plane separates the classes perfectly, where is the minimum?</summary>
#
# Nowhere: longer weights always make the answers surer, and the loss goes to zero but never arrives. A
# penalty on the weights mends it.
#
# </details>
#
# ## In the study
#
# `workflow/pdflearn/models/gradient_descent.py` is this lesson for many classes, without momentum; the networks of
# `workflow/pdflearn/models/mlp.py` use Adam, which has momentum and a rate for each weight. Add a learning rate
# to the report's figure of the loss:
#
# ```diff config/quick.yaml
# -      learning_rates: [0.1, 1.0]
# +      learning_rates: [0.1, 1.0, 10.0]
# ```
#
# Runs again: `validation_curves`, its figure, the report. Half a minute.
