# %% [markdown]
# # 8. Automatic differentiation
#
# **Aim**: you have written, in sixty lines, what every deep learning library does at its core.
# **You need**: lessons 6 and 7; the chain rule. **Time**: 45 minutes.
#
# A network has thousands of weights, and descent needs the derivative of the loss by each. Three ways:
#
# * *by hand*: work, and mistakes;
# * *numerically*: $[L(w + h) - L(w - h)] / 2h$, two computations of the loss for **each** weight, and never exact;
# * *automatically*: the program remembers which numbers each number was computed from, then applies the
#   chain rule backwards, from the loss to the weights. **All** derivatives together cost about as much as a few
#   computations of the loss. In networks this is called *backpropagation* (D. E. Rumelhart et al., 1986).
#
# If $z$ is computed from $y$, and $y$ from $x$, then $dz/dx = dz/dy \cdot dy/dx$. If $z$ uses $x$ along several
# ways, their contributions add up.

# %%
import time

import check
import course_data
import numpy as np

# %% [markdown]
# ## Exercise: numbers that remember
#
# Each `Value` holds its number (`data`), its derivative (`grad`, to be filled), the values that it was computed
# from (`parents`), and a function `pass_on` that adds to the `grad` of its parents. `__add__` is done. Write:
#
# 1. `__mul__`: the product. What is $d(ab)/da$?
# 2. `relu`: the number where it is positive, else zero.
# 3. `backward`: set the `grad` of this value to 1; put all values it depends on in an order in which parents stand
#    before their children; go through it backwards and call `pass_on`.


# %% tags=["exercise"]
class Value:
    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.pass_on = lambda: None

    def __add__(self, other):
        result = Value(self.data + other.data, (self, other))

        def pass_on():
            self.grad += result.grad
            other.grad += result.grad

        result.pass_on = pass_on
        return result

    def __mul__(self, other):
        ...

    def relu(self):
        ...

    def backward(self):
        ...


# %%
Value = check.Value(Value)

# %% [markdown]
# ## A network of your numbers
#
# A network with two inputs, three hidden units and one output, and the squared error of one sample. Its 13
# derivatives, by `Value`, numerically, and by JAX, a library that differentiates whole NumPy programs:

# %%
random = np.random.default_rng(8)
W1, b1 = random.normal(size=(2, 3)), random.normal(size=3)
W2, b2 = random.normal(size=3), random.normal()
x, target = np.array([0.7, -1.2]), 0.5


def values_of(array):
    return [values_of(row) for row in array] if np.ndim(array) else Value(float(array))


def loss_of_values(W1, b1, W2, b2):
    inputs = [Value(float(item)) for item in x]
    output = b2
    for j in range(3):
        hidden = b1[j]
        for i in range(2):
            hidden = hidden + inputs[i] * W1[i][j]
        output = output + hidden.relu() * W2[j]
    error = output + Value(-target)
    return error * error


weights = [values_of(item) for item in (W1, b1, W2, b2)]
loss = loss_of_values(*weights)
loss.backward()


def flat(item):
    return [v for part in item for v in flat(part)] if isinstance(item, list) else [item.grad]


ours = np.array(flat(weights))


def loss_of_arrays(vector, maximum=np.maximum):
    W1, b1, W2, b2 = vector[:6].reshape(2, 3), vector[6:9], vector[9:12], vector[12]
    return (maximum(x @ W1 + b1, 0) @ W2 + b2 - target) ** 2


vector = np.concatenate([W1.ravel(), b1, W2, [b2]])
h = 1e-6
steps = h * np.eye(len(vector))
numerical = np.array(
    [(loss_of_arrays(vector + s) - loss_of_arrays(vector - s)) / (2 * h) for s in steps]
)
print(f"largest difference from the numerical derivative: {np.abs(ours - numerical).max():.1e}")

# %%
try:
    import jax
except ModuleNotFoundError:
    print("JAX is not installed here: pip install jax, or look at the built page.")
else:
    jax.config.update("jax_enable_x64", True)
    by_jax = jax.grad(lambda v: loss_of_arrays(v, jax.numpy.maximum))(jax.numpy.asarray(vector))
    print(f"largest difference from JAX: {np.abs(ours - np.asarray(by_jax)).max():.1e}")

# %% [markdown]
# ## Backpropagation of whole layers
#
# Libraries do the same with arrays in place of numbers: one `pass_on` for a whole layer. pdflearn's
# `workflow/pdflearn/models/mlp.py` has it written out for its one kind of network (`_backpropagate`). We compare its gradient
# with the numerical one, and the times.

# %%
from pdflearn.models.mlp import MLPClassifier

patterns = course_data.load()
X, types = course_data.features(patterns)[::3][:100].astype(np.float64), patterns.types[::3][:100]
model = MLPClassifier(hidden_layer_sizes=(10,), max_iter=1, random_state=0).fit(X, types)
codes = np.searchsorted(model.classes_, types)
slopes = [np.empty_like(w) for w in model.coefs_], [np.empty_like(b) for b in model.intercepts_]
start = time.perf_counter()
model._backpropagate(X, codes, *slopes)
backward_time = time.perf_counter() - start


def mean_loss():
    p = model._forward(X)[-1]
    return -np.log(p[np.arange(len(X)), codes]).mean()


checked = []
for i, j in np.random.default_rng(0).integers(0, model.coefs_[0].shape, (20, 2)):
    kept = model.coefs_[0][i, j]
    both = []
    for move in (1e-5, -1e-5):
        model.coefs_[0][i, j] = kept + move
        both.append(mean_loss())
    model.coefs_[0][i, j] = kept
    checked.append((slopes[0][0][i, j], (both[0] - both[1]) / 2e-5))
start = time.perf_counter()
mean_loss()
forward_time = time.perf_counter() - start
by_backpropagation, by_difference = np.transpose(checked)
print(f"20 weights, largest difference: {np.abs(by_backpropagation - by_difference).max():.1e}")
n = sum(w.size for w in model.coefs_)
print(
    f"all {n} derivatives by backpropagation cost {backward_time / forward_time:.1f} forward passes,"
)
print(f"numerically they would cost {2 * n}")

# %% [markdown]
# ## Questions
#
# <details><summary>Why `+=` in pass_on, and not `=`?</summary>
#
# A value may be used more than once; each use adds a term to its derivative.
#
# </details>
#
# <details><summary>Why backwards? The chain rule also works forwards.</summary>
#
# Forwards gives the derivatives of everything by **one** weight, backwards those of **one** loss by everything.
# There are many weights and one loss.
#
# </details>
#
# <details><summary>What is the derivative of relu at 0?</summary>
#
# There is none. Any number between 0 and 1 will do (a *subgradient*); programs take 0.
#
# </details>
#
# ## In the study
#
# The loss that backpropagation lowers is drawn in the report (*loss*). Follow it longer:
#
# ```diff config/quick.yaml
# -      epochs: 20
# +      epochs: 100
# ```
#
# Runs again: `validation_curves`, its figure, the report. Half a minute.
