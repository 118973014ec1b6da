"""Checks of the course's exercises: is an answer right, and if it is not, why?

Each check takes a student's answer, prints a sentence, and returns a right answer: the student's
own where it is right, the solution otherwise. So a lesson runs to its end in any case.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import solutions
from sklearn.metrics import balanced_accuracy_score

from pdflearn.dataset import representation
from pdflearn.models.linear_regression import LinearRegression


class Mistake(Exception):
    """What is wrong with an answer, in a sentence for the student."""


class Unwritten(Exception):
    """An answer that is still empty."""


def _exercise(check: Callable[[Any], None]) -> Callable[[Any], Any]:
    """Turn a check that raises `Mistake` into one that prints and returns a right answer."""

    @wraps(check)
    def run(answer: Any) -> Any:
        try:
            check(answer)
        except Unwritten:
            print("Not written yet: replace the three dots.")
        except Mistake as mistake:
            print(f"Not right yet. {mistake}")
        except Exception as error:  # whatever a student's code may do
            print(f"Not right yet. It stopped with {type(error).__name__}: {error}")
        else:
            print("Right.")
            return answer
        print("The lesson goes on with the solution.")
        return getattr(solutions, check.__name__)

    return run


def _ask(answer: Callable[..., Any], *arguments: Any) -> Any:
    """What an answer returns for copies of these arguments."""
    copies = [np.copy(item) if isinstance(item, np.ndarray) else item for item in arguments]
    result = answer(*copies)
    if result is None or result is ...:
        raise Unwritten
    for before, after in zip(arguments, copies, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after):
            raise Mistake(
                "It changes an array that it was given. Compute a new one instead: "
                "`w = w + ...`, not `w += ...`."
            )
    return result


def _same(one: Any, other: Any) -> bool:
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-6, atol=1e-9)


def _need_shape(result: Any, shape: tuple[int, ...], of: str) -> np.ndarray:
    array = np.asarray(result)
    if array.shape != shape:
        raise Mistake(f"The result has the shape {array.shape}; {of} needs {shape}.")
    return array


@_exercise
def pair_distances(answer: Any) -> None:
    """Lesson 0."""
    atoms = np.array([[0.0, 0.0, 0.0], [3.0, 0.0, 0.0], [0.0, 4.0, 0.0]])
    result = np.asarray(_ask(answer, atoms), dtype=float).ravel()
    if _same(np.sort(result), np.sort([0, 0, 0, 3, 3, 4, 4, 5, 5])):
        raise Mistake(
            "It lists each pair twice, and each atom with itself. Take only the pairs i < j "
            "(`np.triu_indices`)."
        )
    if _same(np.sort(result), [3, 3, 4, 4, 5, 5]):
        raise Mistake("It lists each pair twice. Take only the pairs i < j.")
    if 0 in result:
        raise Mistake("It lists the distance of an atom to itself, which is zero.")
    if _same(np.sort(result), [9, 16, 25]):
        raise Mistake("These are squared distances. Take the square root.")
    if _same(np.sort(result), [3, 4, 5]) and not _same(result, [3, 4, 5]):
        raise Mistake("The distances are right, but the shortest does not stand first.")
    if not _same(result, [3, 4, 5]):
        raise Mistake(
            "Three atoms at the corners of a right triangle have the distances 3, 4 and 5 A; "
            f"it gives {np.round(result, 3).tolist()}."
        )
    cloud = np.random.default_rng(0).normal(size=(7, 3))
    if not _same(_ask(answer, cloud), solutions.pair_distances(cloud)):
        raise Mistake("It is right for three atoms in a plane, and wrong for seven in space.")


@_exercise
def normalise(answer: Any) -> None:
    """Lesson 1."""
    patterns = np.random.default_rng(1).normal(size=(3, 50)) * np.array([[1.0], [20.0], [0.1]])
    patterns += 0.3 * np.array([[1.0], [20.0], [0.1]])
    result = _need_shape(_ask(answer, patterns), patterns.shape, "one pattern a row")
    if _same(result, patterns / np.sqrt((patterns**2).mean())):
        raise Mistake(
            "All patterns are divided by one number. Each row needs its own: "
            "`mean(axis=1, keepdims=True)`."
        )
    if _same(result, patterns / np.abs(patterns).max(axis=1, keepdims=True)) or _same(
        result, patterns / patterns.max(axis=1, keepdims=True)
    ):
        raise Mistake(
            "It divides by the largest value. One spike at small r would then shrink the whole "
            "pattern: use the root mean square."
        )
    if _same(
        result,
        (patterns - patterns.mean(axis=1, keepdims=True)) / patterns.std(axis=1, keepdims=True),
    ) or _same(result, patterns / patterns.std(axis=1, keepdims=True)):
        raise Mistake(
            "It uses the standard deviation, which measures from the mean. The root mean square "
            "measures from zero, and no mean is subtracted: in G(r), zero has a meaning."
        )
    if not _same(result, representation.normalise(patterns)):
        raise Mistake(
            "The root mean square of each row should be 1 afterwards; it is "
            f"{np.sqrt((np.asarray(result) ** 2).mean(axis=1)).round(3).tolist()}."
        )


@_exercise
def balanced_accuracy(answer: Any) -> None:
    """Lesson 2."""
    y_true = np.array(["fcc"] * 6 + ["bcc"] * 4)
    y_pred = np.array(["fcc"] * 5 + ["bcc"] * 2 + ["fcc"] * 3)
    expected = balanced_accuracy_score(y_true, y_pred)
    result = float(_ask(answer, y_true, y_pred))
    if np.isclose(result, 100 * expected):
        raise Mistake("It is in percent. A share lies between 0 and 1.")
    if np.isclose(result, (y_true == y_pred).mean()):
        raise Mistake(
            "This is the plain share of right answers. Take it in each class by itself, then "
            "average over the classes: six patterns of fcc must not count more than four of bcc."
        )
    precision = np.mean([(y_true[y_pred == c] == c).mean() for c in np.unique(y_true)])
    if np.isclose(result, precision):
        raise Mistake(
            "It asks how many of the answers 'fcc' are true (precision). Ask how many of the "
            "true fcc patterns are answered 'fcc' (recall)."
        )
    if not np.isclose(result, expected):
        raise Mistake(
            f"For 5 of 6 fcc and 1 of 4 bcc it should be {expected:.4g}; it is {result:.4g}."
        )
    absent = np.array(["fcc", "fcc"]), np.array(["fcc", "bcc"])
    if not np.isclose(float(_ask(answer, *absent)), 0.5):
        raise Mistake("A class that is answered but never true must not count as a class.")


@_exercise
def split_by_group(answer: Any) -> None:
    """Lesson 3."""
    groups = np.repeat([f"compound {k}" for k in range(20)], 5)
    result = np.asarray(_ask(answer, groups, 0.25, 0))
    if result.dtype != bool:
        raise Mistake(
            f"It returns {result.dtype}, not a mask. A mask has one True or False a pattern, as "
            "`np.isin(groups, chosen)` makes it."
        )
    _need_shape(result, groups.shape, "one value a pattern")
    both = set(groups[result]) & set(groups[~result])
    if both:
        raise Mistake(
            f"{sorted(both)[0]} stands on both sides, with {len(both) - 1} others. Draw the "
            "groups, not the patterns."
        )
    n = len(set(groups[result]))
    if n != 5:
        raise Mistake(f"Of 20 groups a share of 0.25 is 5; it takes {n}.")
    if np.array_equal(result, _ask(answer, groups, 0.25, 1)) and np.array_equal(
        result, _ask(answer, groups, 0.25, 2)
    ):
        raise Mistake("Three seeds give the same split. Use it: `np.random.default_rng(seed)`.")
    if not np.array_equal(result, _ask(answer, groups, 0.25, 0)):
        raise Mistake("The same seed gives another split the second time; nobody could repeat it.")


@_exercise
def perceptron_step(answer: Any) -> None:
    """Lesson 4."""
    w, x = np.array([1.0, 2.0, -1.0]), np.array([1.0, 0.5, 1.0])  # w . x = 1
    right = _need_shape(_ask(answer, w, x, 1), w.shape, "the weights")
    if not _same(right, w):
        raise Mistake(
            "It changes the weights although the sample is on its right side. Only a wrong answer "
            "teaches: test y (w . x) first."
        )
    wrong = _need_shape(_ask(answer, w, x, -1), w.shape, "the weights")
    if _same(wrong, w + x):
        raise Mistake("It always adds x. For y = -1 it must be subtracted: w + y x.")
    if _same(wrong, w):
        raise Mistake("It leaves the weights alone although y (w . x) = -1 is negative.")
    if not _same(wrong, w - x):
        raise Mistake(
            f"After a wrong answer w + y x is {(w - x).tolist()}; "
            f"it gives {np.asarray(wrong).tolist()}."
        )
    if not _same(_ask(answer, np.zeros(3), x, 1), x):
        raise Mistake(
            "At w = 0 every sample lies on the plane itself, y (w . x) = 0. That counts as wrong, "
            "else the perceptron never begins."
        )


@_exercise
def normal_equations(answer: Any) -> None:
    """Lesson 5."""
    random = np.random.default_rng(5)
    X, y = random.normal(size=(30, 4)), random.normal(size=30)
    plain = np.linalg.lstsq(X, y, rcond=None)[0]
    result = _need_shape(_ask(answer, X, y, 0.0), (4,), "one weight a column of X")
    if _same(result, -plain):
        raise Mistake("The sign is wrong: X^T X w = X^T y.")
    if not _same(result, plain):
        raise Mistake("Without a penalty (alpha = 0) the weights differ from NumPy's `lstsq`.")
    alpha = 10.0
    result = _ask(answer, X, y, alpha)
    if _same(result, plain):
        raise Mistake("The penalty alpha changes nothing. It is added to the diagonal of X^T X.")
    if _same(result, np.linalg.solve(X.T @ X + alpha, X.T @ y)):
        raise Mistake(
            "`X.T @ X + alpha` adds alpha to every entry. Only the diagonal gets it: "
            "`alpha * np.eye(...)`."
        )
    centred, middle = X - X.mean(axis=0), y - y.mean()
    model = LinearRegression(alpha=alpha).fit(centred, middle)
    if not _same(_ask(answer, centred, middle, alpha), model.coef_):
        raise Mistake("With a penalty of 10 the weights differ from pdflearn's LinearRegression.")


@_exercise
def gradient_step(answer: Any) -> None:
    """Lesson 6."""
    random = np.random.default_rng(6)
    X, y, w = random.normal(size=(40, 3)), random.integers(0, 2, 40).astype(float), np.ones(3)
    expected = solutions.gradient_step(w, X, y, 0.5)
    result = _need_shape(_ask(answer, w, X, y, 0.5), w.shape, "the weights")
    change, right = np.asarray(result) - w, expected - w
    if _same(change, -right):
        raise Mistake("It walks uphill: the loss grows. Subtract the gradient, X^T (p - y) / n.")
    if _same(change, len(y) * right):
        raise Mistake(
            "It adds up the gradient over all samples. Take the mean, else the right rate "
            "depends on how many samples there are."
        )
    if _same(change, 2 * right) or _same(change, right / 0.5):
        raise Mistake("The step has the wrong length: rate times the gradient, once.")
    if _same(result, w - 0.5 * X.T @ (X @ w - y) / len(y)):
        raise Mistake(
            "This is the step of linear regression. Put X w through the logistic curve first."
        )
    if not _same(result, expected):
        raise Mistake(
            "The gradient of the mean log loss is X^T (p - y) / n with p = 1/(1+exp(-X w))."
        )


@_exercise
def momentum_step(answer: Any) -> None:
    """Lesson 6."""
    w, velocity, gradient = np.array([1.0, 2.0]), np.array([0.1, -0.2]), np.array([3.0, 1.0])
    result = _ask(answer, w, velocity, gradient, 0.1, 0.9)
    if not (isinstance(result, tuple) and len(result) == 2):
        raise Mistake("Return two things: the new weights and the new velocity.")
    new_w, new_velocity = result
    expected_w, expected_velocity = solutions.momentum_step(w, velocity, gradient, 0.1, 0.9)
    if _same(new_velocity, 0.9 * velocity + 0.1 * gradient):
        raise Mistake("The velocity grows along the gradient, uphill. Subtract rate * gradient.")
    if _same(new_velocity, -0.1 * gradient):
        raise Mistake("The old velocity is forgotten, which is plain gradient descent.")
    if not _same(new_velocity, expected_velocity):
        raise Mistake("The new velocity is momentum * velocity - rate * gradient.")
    if _same(new_w, w + velocity):
        raise Mistake("The weights move by the old velocity. Move them by the new one.")
    if not _same(new_w, expected_w):
        raise Mistake("The new weights are w + the new velocity.")


@_exercise
def forward(answer: Any) -> None:
    """Lesson 7."""
    random = np.random.default_rng(7)
    shapes = [(5, 4), (4, 6), (6,), (6, 3), (3,)]
    arrays = [random.normal(size=shape) for shape in shapes]
    expected = solutions.forward(*arrays)
    result = np.asarray(_ask(answer, *arrays), dtype=float)
    _need_shape(result, expected.shape, "a row of probabilities a sample")
    X, W1, b1, W2, b2 = arrays
    linear = (X @ W1 + b1) @ W2 + b2
    if _same(result, np.exp(linear) / np.exp(linear).sum(axis=1, keepdims=True)):
        raise Mistake(
            "The hidden layer lacks its activation, max(z, 0). Without it two layers are no more "
            "than one."
        )
    scores = np.maximum(X @ W1 + b1, 0) @ W2 + b2
    if _same(result, scores):
        raise Mistake("These are scores, not probabilities: softmax is missing.")
    if _same(result, np.exp(scores) / np.exp(scores).sum()) or _same(
        result, np.exp(scores) / np.exp(scores).sum(axis=0)
    ):
        raise Mistake("The probabilities of each sample (a row) should add up to 1: `axis=1`.")
    if not _same(result, expected):
        raise Mistake(
            f"The first row should be {expected[0].round(3).tolist()}; "
            f"it is {result[0].round(3).tolist()}."
        )
    with np.errstate(over="ignore", invalid="ignore"):
        large = np.asarray(_ask(answer, 1000 * X, W1, b1, W2, b2), dtype=float)
    if not np.isfinite(large).all():
        raise Mistake(
            "exp() overflows for large scores. Subtract the largest score of each row first; the "
            "result stays the same."
        )


@_exercise
def Value(answer: Any) -> None:
    """Lesson 8."""

    def number(data: float) -> Any:
        return answer(data)

    a, b = number(3.0), number(-2.0)
    product = a * b
    if product is None or product is ...:
        raise Unwritten
    if product.data != -6.0:
        raise Mistake(f"3 times -2 is -6; it computes {product.data}.")
    product.backward()
    if product.grad == 0.0:
        raise Mistake("`backward` must begin with the result's own gradient, which is 1.")
    if (a.grad, b.grad) == (3.0, -2.0):
        raise Mistake(
            "In a product the derivative by one factor is the OTHER factor: d(ab)/da = b."
        )
    if (a.grad, b.grad) != (-2.0, 3.0):
        raise Mistake(f"d(ab)/da is b = -2 and d(ab)/db is a = 3; it gives {a.grad} and {b.grad}.")
    x = number(3.0)
    (x * x).backward()
    if x.grad == 3.0:
        raise Mistake(
            "x appears twice in x * x, so its gradient has two parts: add them up (`+=`), do not "
            "overwrite (`=`)."
        )
    if x.grad != 6.0:
        raise Mistake(f"d(x^2)/dx at 3 is 6; it gives {x.grad}.")
    x = number(-1.5)
    bent = x.relu()
    if bent is None or bent is ...:
        raise Unwritten
    bent.backward()
    if bent.data != 0.0 or x.grad != 0.0:
        raise Mistake("relu of a negative number is 0, and so is its derivative.")
    x = number(2.0)
    y = x * x
    z = y * y + y  # x^4 + x^2; y is used three times
    z.backward()
    if x.grad != 36.0:
        raise Mistake(
            "For z = y*y + y with y = x*x, dz/dx at 2 is 36; it gives "
            f"{x.grad}. A number may pass its gradient on only after everything computed from it "
            "has done so: sort first, parents before children, then go backwards."
        )


@_exercise
def convolve(answer: Any) -> None:
    """Lesson 9."""
    signal, kernel = np.array([0.0, 1.0, 2.0, 4.0, 8.0]), np.array([1.0, 0.0, -1.0])
    expected = np.correlate(signal, kernel, mode="valid")
    result = np.asarray(_ask(answer, signal, kernel), dtype=float)
    if result.shape == signal.shape:
        raise Mistake(
            "It also answers where the filter reaches beyond the signal. It fits into 5 values "
            "at 3 positions only."
        )
    if result.shape != expected.shape:
        raise Mistake(
            f"There are len(signal) - len(kernel) + 1 = 3 positions; it has {result.shape}."
        )
    if _same(result, np.convolve(signal, kernel, mode="valid")):
        raise Mistake(
            "The filter is turned around, as mathematicians convolve. Networks lay it on the "
            "signal as it is (cross-correlation)."
        )
    if not _same(result, expected):
        raise Mistake(f"It should be {expected.tolist()}; it is {result.tolist()}.")


@_exercise
def folds_by_group(answer: Any) -> None:
    """Lesson 10."""
    groups = np.repeat([f"compound {k}" for k in range(13)], 3)
    folds = _ask(answer, groups, 4, 0)
    if not isinstance(folds, list) or len(folds) != 4:
        raise Mistake("Return a list of four arrays of row numbers, one a fold.")
    rows = np.concatenate([np.asarray(fold) for fold in folds])
    if len(rows) > len(set(rows.tolist())):
        raise Mistake("A row stands in two folds. Each is validated exactly once.")
    if set(rows.tolist()) != set(range(len(groups))):
        raise Mistake("Some rows are in no fold. Each is validated exactly once.")
    for k, fold in enumerate(folds):
        others = np.setdiff1d(np.arange(len(groups)), fold)
        both = set(groups[fold]) & set(groups[others])
        if both:
            raise Mistake(
                f"{sorted(both)[0]} stands in fold {k} and in another one: deal out groups."
            )
    sizes = [len(set(groups[fold])) for fold in folds]
    if max(sizes) - min(sizes) > 1:
        raise Mistake(f"The folds hold {sizes} groups; make them as equal as they can be.")


@_exercise
def kmeans_step(answer: Any) -> None:
    """Lesson 11."""
    points = np.array([[0.0, 0.0], [0.0, 2.0], [10.0, 0.0], [10.0, 4.0]])
    centres = np.array([[1.0, 1.0], [9.0, 1.0]])
    result = np.asarray(_ask(answer, points, centres), dtype=float)
    if result.shape == (len(points),):
        raise Mistake("It returns to which centre each point belongs. Return the moved centres.")
    _need_shape(result, centres.shape, "one row a centre")
    if _same(result, [[5.0, 1.5], [5.0, 1.5]]):
        raise Mistake("Both centres move to the mean of all points. Take the nearest points alone.")
    if not _same(result, [[0.0, 1.0], [10.0, 2.0]]):
        raise Mistake(
            f"The centres should move to (0, 1) and (10, 2); they move to {result.tolist()}."
        )
    with np.errstate(invalid="ignore", divide="ignore"):
        lonely = np.asarray(_ask(answer, points, np.vstack([centres, [99.0, 99.0]])), dtype=float)
    if not np.isfinite(lonely).all():
        raise Mistake("A centre that no point is nearest to becomes NaN. Leave it where it is.")


@_exercise
def probabilities_at(answer: Any) -> None:
    """Lesson 12."""
    score = np.array([[2.0, 0.0, -1.0], [0.5, 0.5, 3.0]])
    expected = solutions.probabilities_at(score, 2.0)
    result = np.asarray(_ask(answer, score, 2.0), dtype=float)
    _need_shape(result, score.shape, "a row of probabilities a sample")
    if _same(result, solutions.probabilities_at(score, 0.5)):
        raise Mistake("It multiplies by the temperature. Divide: hot means less sure.")
    if _same(result, solutions.probabilities_at(score, 1.0) / 2.0) or not _same(
        result.sum(axis=1), np.ones(2)
    ):
        raise Mistake(
            "The probabilities of a row do not add up to 1: scale the scores, then softmax."
        )
    if not _same(result, expected):
        raise Mistake(
            f"The first row should be {expected[0].round(3).tolist()}; "
            f"it is {result[0].round(3).tolist()}."
        )


@_exercise
def rw(answer: Any) -> None:
    """Lesson 13."""
    measured, calculated = np.array([3.0, 4.0, 0.0]), np.array([3.0, 4.0, 1.0])
    result = float(_ask(answer, measured, calculated))
    if np.isclose(result, 0.04):
        raise Mistake("This is Rw squared. Take the square root.")
    if np.isclose(result, 1.0):
        raise Mistake("Divide by the size of the measured curve, else its unit changes the result.")
    if np.isclose(result, 1.0 / np.sqrt(26.0)):
        raise Mistake("It divides by the calculated curve. Divide by the measured one.")
    if np.isclose(result, 1.0 / 7.0):
        raise Mistake("It adds up absolute values. Rw adds up squares.")
    if not np.isclose(result, 0.2):
        raise Mistake(f"It should be sqrt(1 / 25) = 0.2 here; it is {result:.4g}.")
