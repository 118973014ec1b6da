# %% [markdown]
# # 9. Convolutional networks
#
# **Aim**: you know what a convolution shares, and can judge whether that suits a PDF.
# **You need**: lessons 7 and 8. **Time**: 35 minutes.
#
# An MLP has one weight for each value of r. A *convolutional* layer lays a short filter at every position of the
# curve, with the same weights everywhere:
#
# $$ a_k = \sum_{j} f_j \, g_{k + j} $$
#
# So a filter that answers to a double peak finds it wherever it stands. It needs few weights, and a shifted curve
# gives a shifted answer.

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import balanced_accuracy_score

plt.style.use("tableau-colorblind10")

# %% [markdown]
# ## Exercise: a filter at every position
#
# Return the answers at all positions at which the filter lies within the signal. Do not turn the filter around.


# %% tags=["exercise"]
def convolve(signal, kernel):
    ...


# %%
convolve = check.convolve(convolve)

# %%
patterns = course_data.load()
g = course_data.unit_rms(patterns.g)
bend = np.array([-1.0, -1.0, 4.0, -1.0, -1.0])  # answers to narrow peaks
figure, (top, bottom) = plt.subplots(2, 1, figsize=(7, 4), layout="constrained", sharex=True)
top.plot(patterns.r, g[0], linewidth=0.9)
bottom.plot(patterns.r[2:-2], convolve(g[0], bend), linewidth=0.9)
top.set(ylabel="G(r), scaled")
bottom.set(xlim=(1, 20), xlabel="r (Å)", ylabel="answer of the filter")

# %% [markdown]
# ## A small network, learned by JAX
#
# Two convolutional layers, each with its bend and with steps of 2 and 4, then a plane. JAX differentiates (lesson 8);
# the loop is yours to read. Adam's rule is written out once.

# %%
try:
    import jax
    import jax.numpy as jnp
except ModuleNotFoundError:
    jax = None
    print("JAX is not installed here: pip install jax, or look at the built page.")


def start(random, n_classes, length):
    """Weights with a spread that keeps the values at one scale."""
    shapes = {"f1": (8, 1, 9), "f2": (16, 8, 9)}
    weights = {k: random.normal(size=s) * np.sqrt(2 / (s[1] * s[2])) for k, s in shapes.items()}
    weights["plane"] = random.normal(size=(16 * length, n_classes)) * np.sqrt(1 / (16 * length))
    weights["bias"] = np.zeros(n_classes)
    return weights


def scores_of(weights, x):
    """The scores of each class for patterns x, (n, points)."""
    a = x[:, None, :]
    for name, stride in (("f1", 2), ("f2", 4)):
        a = jax.lax.conv(a, weights[name], (stride,), "VALID")
        a = jnp.maximum(a, 0)
    return a.reshape(len(x), -1) @ weights["plane"] + weights["bias"]


def loss_of(weights, x, codes):
    p = jax.nn.log_softmax(scores_of(weights, x))
    return -jnp.mean(p[jnp.arange(len(codes)), codes])


if jax:
    train, test = course_data.halves(patterns)
    x_train, x_test = (course_data.features(part).astype(np.float32) for part in (train, test))
    classes, codes = np.unique(train.types, return_inverse=True)
    random = np.random.default_rng(9)
    length = ((x_train.shape[1] - 9) // 2 + 1 - 9) // 4 + 1
    weights = jax.tree.map(
        lambda w: jnp.asarray(w, jnp.float32), start(random, len(classes), length)
    )
    mean = square = jax.tree.map(jnp.zeros_like, weights)

    @jax.jit
    def adam(weights, mean, square, step, x, codes):
        slope = jax.grad(loss_of)(weights, x, codes)
        mean = jax.tree.map(lambda m, s: 0.9 * m + 0.1 * s, mean, slope)
        square = jax.tree.map(lambda v, s: 0.999 * v + 0.001 * s * s, square, slope)
        rate = 0.002 * jnp.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        weights = jax.tree.map(
            lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), weights, mean, square
        )
        return weights, mean, square

    step = 0
    for _ in range(25):
        order = random.permutation(len(x_train))
        for first in range(0, len(order) - 49, 50):
            step += 1
            rows = order[first : first + 50]
            weights, mean, square = adam(weights, mean, square, step, x_train[rows], codes[rows])
    answers = classes[np.asarray(scores_of(weights, x_test)).argmax(axis=1)]
    print("convolutional network:", round(balanced_accuracy_score(test.types, answers), 3))
    print("weights:", sum(int(w.size) for w in jax.tree.leaves(weights)))

# %% [markdown]
# Beside it an MLP that sees the same patterns:

# %%
from pdflearn.models.mlp import MLPClassifier

if jax:
    model = MLPClassifier(hidden_layer_sizes=(64,), max_iter=25, random_state=0)
    model.fit(x_train, train.types)
    print(
        "multilayer perceptron:",
        round(balanced_accuracy_score(test.types, model.predict(x_test)), 3),
    )
    print("weights:", sum(w.size for w in (*model.coefs_, *model.intercepts_)))
    position = course_data.feature_axis(patterns)[:9]
    figure, axes = plt.subplots(2, 4, figsize=(9, 3.2), layout="constrained", sharey=True)
    for axis, kernel in zip(axes.flat, np.asarray(weights["f1"])[:, 0], strict=True):
        axis.axhline(0, color="0.8", linewidth=0.8)
        axis.plot(position - position[0], kernel, ".-")
    figure.supxlabel("from the filter's beginning, in positions of the first peak")
    figure.suptitle("The eight filters of the first layer")

# %% [markdown]
# ## Does it suit a PDF?
#
# In a photograph a cat is a cat wherever it sits. In G(r) the place of a peak is the answer itself: sharing weights over
# r gives up what matters most, and the last layer has to bring it back. What is shared usefully is the *shape* of peaks, so
# that there are fewer weights to learn. With the few patterns here that pays, as you see above. With many it may not: an MLP
# can learn the shapes by itself then. Do not expect a network to win because it wins with pictures. Measure.
#
# ## Questions
#
# <details><summary>A stretched lattice shifts far peaks more than near ones. On which axis is that a plain shift?</summary>
#
# On log r: $\log(sr) = \log s + \log r$. There a convolution's sharing fits the physics of a stretch.
#
# </details>
#
# <details><summary>Why did Liu et al. (2019) use one for space groups?</summary>
#
# They had more than 100,000 patterns, and compared it with logistic regression, not with an MLP of the same size.
# See the last lesson.
#
# </details>
#
# ## In the study
#
# `make deep` trains a network like this one on the study's patterns and draws its filters; `docs/deep.md` says what it
# gains over an MLP of the same training.
#
# MiniRocket answers with many fixed filters and learns the plane alone (`workflow/pdflearn/dataset/minirocket.py`). To see what a smaller window
# costs any model, cut the patterns shorter:
#
# ```diff config/config.yaml
# -  window: [1.5, 20.0]             # which r the models see
# +  window: [1.5, 10.0]             # which r the models see
# ```
#
# Runs again: everything that learns. About two minutes with `make quick`.
