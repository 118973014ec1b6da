"""Networks read from their files and asked without scikit-learn, whose import takes a second.

A study's model is usually an average of networks. `load_classifier` reads such a file by itself;
nothing in it is imported or run. Any other model is left to `persistence.load_model`.
"""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pdflearn.core.errors import PdflearnError
from pdflearn.core.grid import Grid
from pdflearn.dataset.representation import represent
from pdflearn.models.convolution import forward
from pdflearn.models.probabilities import Classifier, merge, reweight, softmax, temper


def _logistic(z: np.ndarray) -> np.ndarray:
    from scipy.special import expit  # which takes as long to import as many answers

    return expit(z)


# The activation of a hidden unit by its name, as in `mlp.MLPClassifier`.
ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "logistic": _logistic,
}
# The classes of networks, as a model's file names them.
PERCEPTRON = "pdflearn.models.mlp.MLPClassifier"
CONVOLUTIONAL = "pdflearn.models.convolutional.ConvolutionalClassifier"
# Patterns that are answered at a time, which bounds the memory.
BLOCK = 2048


class OtherModelError(PdflearnError):
    """A model that is no network."""


class _Part(NamedTuple):
    """An object of a model file: the dotted path of its class; attributes are read on demand."""

    path: str
    nodes: dict[str, Any]
    read: Callable[[dict[str, Any]], Any]

    def __getitem__(self, name: str) -> Any:
        return self.read(self.nodes[name])


@dataclass(frozen=True)
class _PatternNetwork:
    """A `pattern_models.PatternClassifier` whose estimator is a network.

    Attributes
    ----------
    classes_ : array (n_classes,)
    grid, representation, window
        See `dataset.features.PatternFeatures`.
    stretches : list of float
        Further stretches at which a pattern is predicted.
    mean, scale : array (m,) or None
        Of the features in training; None where they are taken as they are.
    weights, intercepts : list of array
        Of each layer.
    temperature : float
    """

    classes_: np.ndarray
    grid: Grid
    representation: str
    window: tuple[float, float]
    stretches: list[float]
    mean: np.ndarray | None
    scale: np.ndarray | None
    weights: list[np.ndarray]
    intercepts: list[np.ndarray]
    temperature: float

    def predict_proba(self, patterns: np.ndarray) -> np.ndarray:
        """Class probabilities (n, n_classes) of patterns (n, points)."""
        patterns = np.asarray(patterns, dtype=np.float32)
        starts = range(0, len(patterns), BLOCK)
        blocks = [self._predict_block(patterns[start : start + BLOCK]) for start in starts]
        return temper(np.concatenate(blocks), self.temperature)

    def _predict_block(self, patterns: np.ndarray) -> np.ndarray:
        stretches = [None, *(np.full(len(patterns), stretch) for stretch in self.stretches)]
        return np.mean([self._forward(patterns, stretch) for stretch in stretches], axis=0)

    def features(self, patterns: np.ndarray, stretch: np.ndarray | None = None) -> np.ndarray:
        """What the network sees (n, m) of patterns (n, points), stretched by factors (n,)."""
        patterns = np.asarray(patterns, dtype=np.float32)
        values = represent(patterns, self.representation, self.grid, self.window, stretch)
        if self.mean is not None:
            values -= self.mean
        if self.scale is not None:
            values /= self.scale
        return values

    def _forward(self, patterns: np.ndarray, stretch: np.ndarray | None) -> np.ndarray:
        return softmax(self._scores(self.features(patterns, stretch)))

    def _scores(self, values: np.ndarray) -> np.ndarray:
        """The weighted sums of the last layer (n, n_classes) for scaled features (n, m)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Network(_PatternNetwork):
    """A multilayer perceptron, as `mlp.MLPClassifier` trains it.

    Attributes
    ----------
    activation : str
        Of the hidden units.
    """

    activation: str

    def _scores(self, values: np.ndarray) -> np.ndarray:
        for layer, (weights, intercepts) in enumerate(
            zip(self.weights, self.intercepts, strict=True), start=1
        ):
            values = values @ weights + intercepts
            if layer < len(self.weights):
                values = ACTIVATIONS[self.activation](values)
        return values


@dataclass(frozen=True)
class ConvolutionalNetwork(_PatternNetwork):
    """A network with filters, as `convolutional.ConvolutionalClassifier` trains it.

    Attributes
    ----------
    stride : int
        Points from one place of a filter to the next.
    """

    stride: int

    def _scores(self, values: np.ndarray) -> np.ndarray:
        return forward(values, list(zip(self.weights, self.intercepts, strict=True)), self.stride)


@dataclass(frozen=True)
class Sum:
    """An `ensemble.SummedClassifier`: the probabilities of a network, summed to coarser classes."""

    model: Network | ConvolutionalNetwork
    names: list[str]

    @property
    def classes_(self) -> np.ndarray:
        """The coarse classes, in alphabetical order."""
        return np.unique(self.names)

    def predict_proba(self, patterns: np.ndarray) -> np.ndarray:
        """Class probabilities (n, n_classes) of patterns (n, points)."""
        return merge(self.model.predict_proba(patterns), self.names)[0]


@dataclass(frozen=True)
class Average:
    """An `ensemble.AverageClassifier` of networks."""

    members: list[Network | ConvolutionalNetwork | Sum]
    weights: np.ndarray | None
    temperature: float

    @property
    def classes_(self) -> np.ndarray:
        """The members' classes."""
        return self.members[0].classes_

    def predict_proba(self, patterns: np.ndarray) -> np.ndarray:
        """Class probabilities (n, n_classes) of patterns (n, points)."""
        mean = np.mean([member.predict_proba(patterns) for member in self.members], axis=0)
        return temper(reweight(mean, self.weights), self.temperature)


def load_classifier(path: str | Path) -> Classifier:
    """Read a trained classifier that `persistence.save_model` wrote.

    Parameters
    ----------
    path : path

    Returns
    -------
    Classifier
        A `Network` or `ConvolutionalNetwork`, or a `Sum` or `Average` of such; for all others what
        `persistence.load_model` returns, with its errors.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _classifier(read_root(archive))
    except (OtherModelError, zipfile.BadZipFile, KeyError, ValueError, TypeError):
        from pdflearn.models.persistence import load_model

        return load_model(path)


def read_root(archive: zipfile.ZipFile) -> Any:
    """The model in the archive that skops wrote."""

    def read(node: dict[str, Any]) -> Any:
        loader, content = node["__loader__"], node.get("content")
        if loader == "JsonNode":
            return json.loads(content)
        if loader == "NdArrayNode" and node["type"] == "numpy":
            return np.load(io.BytesIO(archive.read(node["file"])), allow_pickle=False)
        if loader in ("ListNode", "TupleNode"):
            return [read(item) for item in content]
        if loader == "ObjectNode" and content["__loader__"] == "DictNode":
            return _Part(f"{node['__module__']}.{node['__class__']}", content["content"], read)
        if loader == "DictNode":
            return {name: read(item) for name, item in node["content"].items()}
        raise OtherModelError(loader)

    return read(json.loads(archive.read("schema.json")))


def part_of_class(part: Any, path: str) -> _Part:
    """The same object where it is of a class."""
    if not isinstance(part, _Part) or part.path != path:
        raise OtherModelError(path)
    return part


def _classifier(part: Any) -> Classifier:
    """A network, or a sum or an average of such."""
    if isinstance(part, _Part) and part.path == "pdflearn.models.ensemble.AverageClassifier":
        members = [_classifier(member) for member in part["members"]]
        return Average(members, part["weights"], part["temperature"])
    if isinstance(part, _Part) and part.path == "pdflearn.models.ensemble.SummedClassifier":
        return Sum(_classifier(part["model"]), part["names"])
    model = part_of_class(part, "pdflearn.models.pattern_models.PatternClassifier")
    features = part_of_class(model["features_"], "pdflearn.dataset.features.PatternFeatures")
    grid = part_of_class(features["grid"], "pdflearn.core.grid.Grid")
    steps = part_of_class(model["estimator_"], "sklearn.pipeline.Pipeline")["steps"]
    if len(steps) != 2:
        raise OtherModelError("a pipeline of other steps")
    scaler = part_of_class(steps[0][1], "pdflearn.dataset.scaling.BlockScaler")
    network = steps[1][1]
    if not isinstance(network, _Part) or network.path not in (PERCEPTRON, CONVOLUTIONAL):
        raise OtherModelError("a pipeline that ends in no network")
    common = {
        "classes_": network["classes_"],
        "grid": Grid(grid["r_min"], grid["r_max"], grid["r_step"]),
        "representation": features["representation"],
        "window": tuple(features["window"]),
        "stretches": list(model["tta_stretches"]),
        "mean": scaler["mean_"],
        "scale": scaler["scale_"],
        "weights": network["coefs_"],
        "intercepts": network["intercepts_"],
        "temperature": model["temperature"],
    }
    if network.path == PERCEPTRON:
        return Network(**common, activation=network["activation"])
    return ConvolutionalNetwork(**common, stride=network["stride"])
