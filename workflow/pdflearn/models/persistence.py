"""Models on disk: skops, never pickle; the same model gives the same bytes."""

import io
import json
import re
import zipfile
from pathlib import Path

import skops.io

from pdflearn.core.io import replacing
from pdflearn.models.ensemble import AverageClassifier, AverageRegressor
from pdflearn.models.pattern_models import ModelError, PatternClassifier, PatternRegressor
from pdflearn.models.registry import stored_types

# The classes of a model file are imported as it is read; see `core.codehash`.
DYNAMIC_IMPORTS = "pdflearn.models.registry"

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
    """Write a model, or several by name, with skops.

    skops names parts by their address in memory and stamps the time; both are replaced by the
    order in which they come.
    """
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return match[1] + numbers.setdefault(match[2], str(len(numbers) + 1)) + match[3]

    def rename(text: str) -> str:
        text = re.sub(r'("__id__": )(\d+)()', number, text)
        return re.sub(r'(")(\d+)(\.[a-z]+")', number, text)

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
    """Read what `save_model` wrote; a file that holds anything but known types is refused.

    Raises
    ------
    ModelError
        For a file that is no model or holds an untrusted type.
    """
    trusted = [*COMMON_TYPES, *stored_types()]
    try:
        unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - set(trusted))
        if unknown:
            raise ModelError(
                f"{path} holds types that no model of this workflow has: {', '.join(unknown)}. It "
                "was not loaded, since loading could run foreign code; train the model again"
            )
        return skops.io.load(path, trusted=trusted)
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise ModelError(f"{path} is no model file ({error}); train the model again") from error
