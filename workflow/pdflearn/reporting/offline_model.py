"""The model in the page that identifies in a browser: which it computes, and how one is packed.

Perceptrons are the only kind; multinomial logistic regression is one without a hidden layer.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pdflearn.dataset.axes import feature_axis
from pdflearn.dataset.representation import MAGNITUDES, PADDED
from pdflearn.models.stored_networks import (
    Average,
    ConvolutionalNetwork,
    Network,
    Sum,
    load_classifier,
)
from pdflearn.reporting.names import words


@dataclass
class Numbers:
    """Arrays one after the other, as the page decodes them."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, values: np.ndarray, dtype: str) -> dict[str, Any]:
        """Append an array as little-endian numbers; where it stands.

        Parameters
        ----------
        values : array
        dtype : {"i1", "f2", "f4", "f8"}

        Returns
        -------
        dict
            at (bytes from the beginning), length (numbers), type.
        """
        data = np.ascontiguousarray(values, dtype=f"<{dtype}").tobytes()
        place = {"at": self.size, "length": int(np.size(values)), "type": dtype}
        data += bytes(-len(data) % 8)
        self.parts.append(data)
        self.size += len(data)
        return place

    def text(self) -> str:
        """All of them in base64."""
        return base64.b64encode(b"".join(self.parts)).decode()


def as_networks(model: Any) -> Network | Sum | Average | None:
    """A trained classifier as networks, which the page computes; None for any other kind.

    Multinomial logistic regression is a network without a hidden layer.

    Parameters
    ----------
    model : Classifier
        As `stored_networks.load_classifier` returns it.
    """
    if isinstance(model, Network):
        return model
    if isinstance(model, ConvolutionalNetwork):
        return None
    if isinstance(model, Sum):
        return None if as_networks(model.model) is None else model
    if isinstance(model, Average):
        return None if any(as_networks(member) is None for member in model.members) else model
    # The classes of scikit-learn take seconds to import and are met in small studies alone.
    from pdflearn.models.ensemble import AverageClassifier, SummedClassifier

    if isinstance(model, AverageClassifier):
        members = [as_networks(member) for member in model.members]
        if any(member is None for member in members):
            return None
        return Average(members, model.weights, model.temperature)
    if isinstance(model, SummedClassifier):
        inner = as_networks(model.model)
        return None if inner is None else Sum(inner, list(model.names))
    return _network(model)


def _network(model: Any) -> Network | None:
    """A trained `PatternClassifier` as a network, where it is one on scaled features."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    from pdflearn.models.gradient_descent import LogisticGradientClassifier
    from pdflearn.models.mlp import MLPClassifier

    steps = getattr(model, "estimator_", None)
    if not isinstance(steps, Pipeline) or len(steps) != 2:
        return None
    scaler, last = steps[0], steps[1]
    if not isinstance(scaler, StandardScaler):
        return None
    if isinstance(last, MLPClassifier):
        weights, intercepts, activation = last.coefs_, last.intercepts_, last.activation
    elif isinstance(last, LogisticRegression | LogisticGradientClassifier):
        weights, intercepts, activation = [last.coef_.T], [last.intercept_], "relu"
    else:
        return None
    if weights[-1].shape[1] != len(last.classes_):  # scikit-learn's, of two classes
        return None
    features = model.features_
    return Network(
        classes_=last.classes_,
        grid=features.grid,
        representation=features.representation,
        window=tuple(features.window),
        stretches=list(model.tta_stretches),
        mean=scaler.mean_,
        scale=scaler.scale_,
        weights=weights,
        intercepts=intercepts,
        activation=activation,
        temperature=model.temperature,
    )


def best_computable(
    selected: str, models: Mapping[str, str | Path], ranked: Iterable[str]
) -> tuple[str, Network | Sum | Average | None]:
    """The model that the page computes: the selected one where it can, else the next best.

    Parameters
    ----------
    selected : str
        The name of the selected model.
    models : mapping
        Name -> file of the trained model.
    ranked : iterable of str
        The names in the order of cross-validation, the best first.

    Returns
    -------
    name : str
        "" where there is none.
    model : Network, Sum, Average or None
    """
    for name in dict.fromkeys([selected, *ranked]):
        if name in models:
            model = as_networks(load_classifier(models[name]))
            if model is not None:
                return name, model
    return "", None


def model_words(selected: str, name: str) -> str:
    """What the page says where its model is not the selected one."""
    if name == selected:
        return ""
    if not name:
        return (
            f"The selected model ({words(selected)}) and all others of the study are of kinds that "
            "this page cannot compute; pdflearn identify uses the selected one."
        )
    return (
        f"The selected model ({words(selected)}) is of a kind that this page cannot compute. "
        f"Probabilities are those of {words(name)}, the best in cross-validation of those that it "
        "can; pdflearn identify uses the selected one."
    )


def packed_model(model: Network | Sum | Average, numbers: Numbers) -> dict[str, Any]:
    """A model as the page reads it; its arrays are added to the page's numbers.

    Parameters
    ----------
    model : Network, Sum or Average
    numbers : Numbers

    Returns
    -------
    dict
        Arrays as `Numbers.add` returns them.
    """
    if isinstance(model, Average):
        return {
            "kind": "average",
            "members": [packed_model(member, numbers) for member in model.members],
            "weights": None if model.weights is None else np.asarray(model.weights).tolist(),
            "temperature": model.temperature,
        }
    if isinstance(model, Sum):
        classes, codes = np.unique(model.names, return_inverse=True)
        inner = packed_model(model.model, numbers)
        return {"kind": "sum", "model": inner, "codes": codes.tolist(), "classes": len(classes)}
    window, grid = model.window, model.grid
    low, high = np.searchsorted(grid.r, (window[0] - 1e-6, window[1] + 1e-6))
    return {
        "kind": "network",
        "features": {
            "representation": model.representation,
            "low": int(low),
            "high": int(high),
            "r_step": grid.r_step,
            "axis": numbers.add(feature_axis(model.representation, grid, window), "f8"),
            "log_axis": numbers.add(feature_axis("log_r", grid, window), "f8"),
            "magnitudes": MAGNITUDES,
            "padded": PADDED,
        },
        "stretches": list(model.stretches),
        "mean": numbers.add(model.mean, "f4"),
        "scale": numbers.add(model.scale, "f4"),
        "layers": [
            {"weights": numbers.add(weights, "f2"), "intercepts": numbers.add(intercepts, "f4")}
            for weights, intercepts in zip(model.weights, model.intercepts, strict=True)
        ],
        "activation": model.activation,
        "temperature": model.temperature,
    }
