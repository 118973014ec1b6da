"""Models on disk: written with skops, never with pickle; equal models give equal bytes."""

import io
import json
import re
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
from sklearn.base import BaseEstimator

from pdflearn.core.io import replacing
from pdflearn.models.ensemble import AverageClassifier, AverageRegressor
from pdflearn.models.pattern_models import ModelError, PatternClassifier, PatternRegressor
from pdflearn.models.registry import stored_types

# The classes of a model file are imported as it is read; see `core.codehash`.
DYNAMIC_IMPORTS = "pdflearn.models.registry"

# skops makes lists of what may be loaded by default. For these it imports all of scikit-learn and
# looks for the homes of four hundred functions: two thirds of a second of each job that stores a
# model. `load_model` says itself what may be loaded, so in a job, which is a process of its own,
# the lists hold plain values alone. Whoever imports this module elsewhere may need the full ones.
_LISTS = "skops.io._trusted_types"


def _empty_list(name: str) -> list[str]:
    if name.startswith("__"):  # such as __file__, which whoever looks through all modules reads
        raise AttributeError(f"module {_LISTS!r} has no attribute {name!r}")
    return []


def _short_lists() -> ModuleType:
    lists = ModuleType(_LISTS)
    lists.PRIMITIVE_TYPE_NAMES = [f"builtins.{kind.__name__}" for kind in (int, float, str, bool)]
    lists.CONTAINER_TYPE_NAMES = [f"builtins.{kind.__name__}" for kind in (list, set, map, tuple)]
    kinds = {kind for kind in np.sctypeDict.values() if kind.__module__ == "numpy"}
    lists.NUMPY_DTYPE_TYPE_NAMES = sorted(f"numpy.{kind.__name__}" for kind in kinds)
    generators = (getattr(np.random, name) for name in dir(np.random))
    lists.NUMPY_RANDOM_BIT_GENERATOR_TYPE_NAMES = sorted(
        f"numpy.random.{kind.__name__}"
        for kind in generators
        if isinstance(kind, type)
        and issubclass(kind, np.random.BitGenerator)
        and kind is not np.random.BitGenerator
    )
    lists.__getattr__ = _empty_list
    return lists


if "snakemake.script" in sys.modules and "skops.io" not in sys.modules:
    sys.modules[_LISTS] = _short_lists()
import skops.io  # noqa: E402

# What every model file may hold beside the types of the registry.
COMMON_TYPES = (
    "pdflearn.core.grid.Grid",
    "pdflearn.dataset.features.PatternFeatures",
    "pdflearn.models.ensemble.AverageClassifier",
    "pdflearn.models.ensemble.AverageRegressor",
    "pdflearn.models.ensemble.SummedClassifier",
    "pdflearn.models.pattern_models.PatternClassifier",
    "pdflearn.models.pattern_models.PatternRegressor",
)

Model = PatternClassifier | PatternRegressor | AverageClassifier | AverageRegressor


def save_model(path: str | Path, model: Model | dict[str, Model]) -> None:
    """Write a trained model, or several by name, with skops.

    skops names the parts of a model by their addresses in memory, and stamps the time. Both are
    replaced, the addresses by the order of the parts, so that equal models give equal bytes.

    Parameters
    ----------
    path : path
        The file to write.
    model : trained model, or dict of these

    See Also
    --------
    load_model : Reads it back.
    """
    ids: dict[str, str] = {}

    def new_id(match: re.Match[str]) -> str:
        return match[1] + ids.setdefault(match[2], str(len(ids) + 1)) + match[3]

    def rename(text: str) -> str:
        text = re.sub(r'("__id__": )(\d+)()', new_id, text)
        return re.sub(r'(")(\d+)(\.[a-z]+")', new_id, text)

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(model))) as archive:
        schema = rename(archive.read("schema.json").decode())
        members = {
            rename(f'"{name}"')[1:-1]: archive.read(name)
            for name in archive.namelist()
            if name != "schema.json"
        }
    members["schema.json"] = json.dumps(json.loads(schema), sort_keys=True).encode()
    with replacing(path) as handle, zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name), members[name])


def load_model(path: str | Path) -> Model | dict[str, Model]:
    """Read what `save_model` wrote; a file with any type beside those of the registry is refused.

    Parameters
    ----------
    path : path

    Raises
    ------
    ModelError
        For a file that is no model, or that holds a type which is not trusted.
    """
    trusted = [*COMMON_TYPES, *stored_types()]
    try:
        others = sorted(set(skops.io.get_untrusted_types(file=path)) - set(trusted))
        trusted += filter(_is_estimator_of_scikit_learn, others)
        unknown = [name for name in others if name not in trusted]
        if unknown:
            raise ModelError(
                f"{path} holds types that no model of this workflow has: {', '.join(unknown)}. It "
                "was not loaded, since loading could run foreign code; train the model again"
            )
        return skops.io.load(path, trusted=trusted)
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise ModelError(f"{path} is no model file ({error}); train the model again") from error


def _is_estimator_of_scikit_learn(name: str) -> bool:
    """Whether a dotted path is that of an estimator class of scikit-learn's."""
    module, _, kind = name.rpartition(".")
    if not module.startswith("sklearn."):
        return False
    try:
        found = getattr(import_module(module), kind, None)
    except ImportError:
        return False
    return isinstance(found, type) and issubclass(found, BaseEstimator)
