"""Networks trained by JAX, which differentiates: perceptrons and convolutions, by one loop.

Nothing but the rule `train_network` imports this module, so JAX and Optax are in the environment of
that rule alone; what predicts needs neither (see `convolution`).
"""

import logging
import os
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

# Before JAX computes anything: the number of threads changes the last digits of sums, so on the CPU
# there is one (XLA counts the cores itself unless NPROC says how many there are); and on a GPU the
# operations are those that repeat.
os.environ["NPROC"] = "1"
REPEATED = "--xla_gpu_deterministic_ops=true"
if REPEATED not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {REPEATED}".strip()

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import optax  # noqa: E402

from pdflearn.models.convolution import Layer, padding  # noqa: E402
from pdflearn.models.mlp import BETAS, EPSILON  # noqa: E402

# What Adam keeps from step to step: the steps so far, and of each layer the mean gradient and the
# mean square.
Moments = tuple[int, list[Layer], list[Layer]]

LOG = logging.getLogger(__name__)
logging.getLogger("jax").setLevel(logging.WARNING)  # else it lists what hardware it did not find

_ADAM = optax.scale_by_adam(b1=BETAS[0], b2=BETAS[1], eps=EPSILON)


class Descent(NamedTuple):
    """How a stage of the training goes.

    Attributes
    ----------
    rates : tuple (first, last)
        The learning rate goes evenly from one to the other.
    batch_size : int
        Patterns of a step.
    passes : int
        Over all patterns.
    alpha : float
        Strength of the penalty, see `mlp.MLPClassifier`.
    stride : int
        Points from one place of a filter to the next.
    device : {"cpu", "gpu"}
        "gpu" is a GPU where JAX finds one, else the CPU.
    """

    rates: tuple[float, float]
    batch_size: int
    passes: int
    alpha: float
    stride: int
    device: str


def scores(layers: Sequence[Layer], features: jax.Array, stride: int) -> jax.Array:
    """The last layer's weighted sums (n, n_classes) of features (n, m), before the softmax.

    The same function of the layers as `convolution.forward`, as JAX can differentiate it.
    """
    values = features[:, :, None]
    for k, (weights, intercepts) in enumerate(layers, start=1):
        if weights.ndim == 3:
            around = padding(values.shape[1], len(weights), stride)
            values = jax.lax.conv_general_dilated(
                values, weights, (stride,), (around,), dimension_numbers=("NWC", "WIO", "NWC")
            )
        else:
            values = values.reshape(len(values), -1) @ weights
        values = values + intercepts
        if k < len(layers):
            values = jax.nn.relu(values)
    return values


def mean_loss(
    layers: Sequence[Layer],
    features: jax.Array,
    codes: jax.Array,
    counted: jax.Array,
    stride: int,
    alpha: float,
) -> jax.Array:
    """Mean of -log p(true class) of a batch, with the penalty of `mlp.MLPClassifier`.

    Parameters
    ----------
    layers : sequence of tuple (weights, intercepts)
    features : array (n, m)
    codes : array (n,) of int
        The true classes.
    counted : array (n,)
        1 for patterns, 0 for what only fills the batch up.
    stride : int
    alpha : float
    """
    losses = optax.softmax_cross_entropy_with_integer_labels(
        scores(layers, features, stride), codes
    )
    penalty = 0.5 * alpha * sum(jnp.sum(weights**2) for weights, _ in layers)
    return (jnp.sum(losses * counted) + penalty) / jnp.sum(counted)


@partial(jax.jit, static_argnames=("stride", "alpha"))
def _step(
    layers: list[Layer],
    state: optax.ScaleByAdamState,
    rate: jax.Array,
    batch: tuple[jax.Array, jax.Array, jax.Array],
    stride: int,
    alpha: float,
) -> tuple[list[Layer], optax.ScaleByAdamState, jax.Array]:
    """One step of Adam against the gradient of the mean loss."""
    loss, slopes = jax.value_and_grad(mean_loss)(layers, *batch, stride, alpha)
    steps, state = _ADAM.update(slopes, state)
    return jax.tree.map(lambda w, s: w - rate * s, layers, steps), state, loss


def train_stage(
    layers: list[Layer],
    moments: Moments | None,
    features: np.ndarray,
    codes: np.ndarray,
    descent: Descent,
    random: np.random.RandomState,
) -> tuple[list[Layer], Moments, list[float]]:
    """Train at one learning rate, from the weights of the stage before.

    Parameters
    ----------
    layers : list of tuple (weights, intercepts)
    moments : Moments or None
        Of the stage before; None at the start.
    features : array (n, m), float32
    codes : array (n,) of int
    descent : Descent
    random : RandomState
        Orders the patterns.

    Returns
    -------
    layers : list of tuple (weights, intercepts)
    moments : Moments
    losses : list of float
        The mean loss of each pass.
    """
    n, size = len(features), min(descent.batch_size, len(features))
    per_pass = -(-n // size)
    schedule = optax.linear_schedule(*descent.rates, descent.passes * per_pass)
    codes, order, losses = codes.astype(np.int32), np.arange(n), []
    with jax.default_device(_device(descent.device)):
        layers = jax.tree.map(jnp.asarray, layers)
        state = _ADAM.init(layers) if moments is None else _state(moments)
        steps = 0
        for _ in range(descent.passes):
            random.shuffle(order)
            sums = []
            for start in range(0, n, size):
                rows = order[start : start + size]
                counted = np.zeros(size, np.float32)
                counted[: len(rows)] = 1.0
                rows = np.resize(rows, size)  # each batch has one shape, for which JAX compiles
                batch = features[rows], codes[rows], counted
                rate = np.float32(schedule(steps))
                layers, state, loss = _step(
                    layers, state, rate, batch, descent.stride, descent.alpha
                )
                sums.append((loss, counted.sum()))
                steps += 1
            losses.append(sum(float(loss) * float(count) for loss, count in sums) / n)
        arrays = jax.tree.map(np.array, (layers, state.mu, state.nu))
    return arrays[0], (int(state.count), *arrays[1:]), losses


def _state(moments: Moments) -> Any:
    count, mean, square = moments
    return optax.ScaleByAdamState(
        jnp.asarray(count, jnp.int32), *jax.tree.map(jnp.asarray, (mean, square))
    )


def log_device(name: str) -> None:
    """Say what trains, where "cpu" or "gpu" was asked for."""
    device = _device(name)
    LOG.info("training on %s", device)
    if name != device.platform:
        LOG.warning("no GPU that JAX can use, see docs/deep.md; the CPU takes its place")


def _device(name: str) -> jax.Device:
    """A GPU where one is asked for and there, else the CPU."""
    if name == "gpu":
        try:
            return jax.devices("gpu")[0]
        except RuntimeError:  # JAX knows of none
            pass
    return jax.local_devices(backend="cpu")[0]
