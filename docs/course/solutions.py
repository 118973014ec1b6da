"""One right answer to each exercise of the course. Try first; then compare.

A lesson goes on with these where an answer is missing or wrong.
"""

import numpy as np


def pair_distances(positions: np.ndarray) -> np.ndarray:
    """Lesson 0: the distance of each pair of atoms, once, the shortest first (angstrom)."""
    difference = positions[:, None, :] - positions[None, :, :]
    distance = np.sqrt((difference**2).sum(axis=-1))
    first, second = np.triu_indices(len(positions), k=1)
    return np.sort(distance[first, second])


def normalise(patterns: np.ndarray) -> np.ndarray:
    """Lesson 1: divide each pattern (a row) by its own root mean square."""
    return patterns / np.sqrt((patterns**2).mean(axis=1, keepdims=True))


def balanced_accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """Lesson 2: the share of right answers in each true class, averaged over the classes."""
    shares = [(y_pred[y_true == name] == name).mean() for name in np.unique(y_true)]
    return float(np.mean(shares))


def split_by_group(groups: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Lesson 3: True for the patterns of a share of the groups, drawn at random."""
    names = np.unique(groups)
    random = np.random.default_rng(seed)
    chosen = random.choice(names, size=round(share * len(names)), replace=False)
    return np.isin(groups, chosen)


def perceptron_step(w: np.ndarray, x: np.ndarray, y: int) -> np.ndarray:
    """Lesson 4: the weights after a look at one sample x whose right side is y (-1 or +1)."""
    if y * (w @ x) <= 0:
        return w + y * x
    return w


def normal_equations(X: np.ndarray, y: np.ndarray, alpha: float) -> np.ndarray:
    """Lesson 5: the weights of linear regression with the penalty alpha on their squares."""
    return np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ y)


def gradient_step(w: np.ndarray, X: np.ndarray, y: np.ndarray, rate: float) -> np.ndarray:
    """Lesson 6: the weights after one step of gradient descent; y is 0 or 1."""
    p = 1 / (1 + np.exp(-(X @ w)))
    return w - rate * X.T @ (p - y) / len(y)


def momentum_step(
    w: np.ndarray, velocity: np.ndarray, gradient: np.ndarray, rate: float, momentum: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lesson 6: the weights and the velocity after one step with momentum."""
    velocity = momentum * velocity - rate * gradient
    return w + velocity, velocity


def forward(
    X: np.ndarray, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> np.ndarray:
    """Lesson 7: the probabilities that a network with one hidden layer gives each class."""
    hidden = np.maximum(X @ W1 + b1, 0)
    score = hidden @ W2 + b2
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    return weight / weight.sum(axis=1, keepdims=True)


class Value:
    """Lesson 8: a number that remembers what it was computed from."""

    def __init__(self, data: float, parents: tuple["Value", ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.pass_on = lambda: None

    def __add__(self, other: "Value") -> "Value":
        result = type(self)(self.data + other.data, (self, other))

        def pass_on() -> None:
            self.grad += result.grad
            other.grad += result.grad

        result.pass_on = pass_on
        return result

    def __mul__(self, other: "Value") -> "Value":
        result = type(self)(self.data * other.data, (self, other))

        def pass_on() -> None:
            self.grad += other.data * result.grad
            other.grad += self.data * result.grad

        result.pass_on = pass_on
        return result

    def relu(self) -> "Value":
        """The number itself where it is positive, else zero."""
        result = type(self)(max(self.data, 0.0), (self,))

        def pass_on() -> None:
            self.grad += (self.data > 0) * result.grad

        result.pass_on = pass_on
        return result

    def backward(self) -> None:
        """Fill `grad` of everything that this number was computed from."""
        order: list[Value] = []
        seen: set[int] = set()

        def visit(value: Value) -> None:
            if id(value) not in seen:
                seen.add(id(value))
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            value.pass_on()


def convolve(signal: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Lesson 9: what one filter answers at each position where it lies within the signal."""
    positions = len(signal) - len(kernel) + 1
    return np.array([signal[k : k + len(kernel)] @ kernel for k in range(positions)])


def folds_by_group(groups: np.ndarray, n_folds: int, seed: int) -> list[np.ndarray]:
    """Lesson 10: the rows of each fold; a group is in one fold alone."""
    names = np.unique(groups)
    np.random.default_rng(seed).shuffle(names)
    return [np.flatnonzero(np.isin(groups, part)) for part in np.array_split(names, n_folds)]


def kmeans_step(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Lesson 11: each centre moved to the mean of the points that are nearest to it."""
    squared = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=-1)
    nearest = squared.argmin(axis=1)
    moved = centres.astype(float)
    for k in range(len(centres)):
        if (nearest == k).any():  # a centre without points stays where it is
            moved[k] = points[nearest == k].mean(axis=0)
    return moved


def probabilities_at(score: np.ndarray, temperature: float) -> np.ndarray:
    """Lesson 12: softmax of the scores over the temperature, row by row."""
    scaled = score / temperature
    weight = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return weight / weight.sum(axis=1, keepdims=True)


def rw(measured: np.ndarray, calculated: np.ndarray) -> float:
    """Lesson 13: the weighted agreement factor of a fit; 0 is perfect."""
    return float(np.sqrt(((measured - calculated) ** 2).sum() / (measured**2).sum()))


EXERCISES = (
    "pair_distances", "normalise", "balanced_accuracy", "split_by_group", "perceptron_step",
    "normal_equations", "gradient_step", "momentum_step", "forward", "Value", "convolve",
    "folds_by_group", "kmeans_step", "probabilities_at", "rw",
)  # fmt: skip
