"""A finished study as an RO-Crate: one zip file with inputs, results and what made them.

    python -m pdflearn.study.crate results/provenance.json study.crate.zip

It follows RO-Crate 1.1 (https://w3id.org/ro/crate/1.1) and the profile Workflow Run Crate 0.5
(https://w3id.org/ro/wfrun/workflow/0.5): the study is an action whose instrument is the Snakefile,
whose objects are input files and settings, and whose results are the files of the study. Each rule
is an action of its own, whose instrument is its script. SHA-256 of all files is in it.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pdflearn.core.errors import PdflearnError
from pdflearn.core.provenance import PACKAGE, file_hash
from pdflearn.study.record import differences

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

PROJECT = PACKAGE.parents[1]
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
_TERMS = "https://w3id.org/ro/terms/workflow-run/context"  # of sha256, among others
_FORMATS = {
    ".html": "text/html", ".csv": "text/csv", ".json": "application/json", ".png": "image/png",
    ".svg": "image/svg+xml", ".txt": "text/plain", ".yaml": "application/yaml",
    ".zip": "application/zip", ".parquet": "application/vnd.apache.parquet",
    ".cif": "chemical/x-cif", ".py": "text/x-python", ".md": "text/markdown",
    ".npz": "application/zip", ".npy": "application/octet-stream", ".skops": "application/zip",
}  # fmt: skip
_BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
_README = """\
# A study of pair distribution functions

This is an RO-Crate (https://w3id.org/ro/crate): `ro-crate-metadata.json` describes each file, and
says which rule made it, from which settings, with which software. `results/provenance.json` is the
record of the run. Unpacked, `pdflearn verify results/provenance.json` compares the files with it.
"""
_UNSTATED = "No licence is stated for the results; ask who measured the data and ran the study."


class CrateError(PdflearnError):
    """A crate cannot be written; says why and what to do."""


def write_crate(
    record: str | Path,
    out: str | Path,
    *,
    folder: str | Path = ".",
    only: Iterable[str] = (),
    licence: str = "",
) -> Path:
    """Write the crate of a study.

    Parameters
    ----------
    record : path
        results/provenance.json of a study that is done.
    out : path
        The zip file.
    folder : path, default "."
        Where the study ran; the record names files from there.
    only : iterable of str, optional
        Folders and files below results/ to take, such as "measured" and "report.html"; all
        without it.
    licence : str, optional
        URL of the licence of the results, such as https://spdx.org/licenses/CC-BY-4.0.

    Returns
    -------
    Path
        Of the zip file.

    Raises
    ------
    CrateError
        Where there is no such record, or files differ from it.
    """
    try:
        from rocrate.rocrate import ROCrate
    except ImportError:
        raise CrateError("rocrate is not installed; make crate installs it") from None
    recorded = _read(Path(record))
    lines = differences(recorded, folder)
    if lines:
        shown = "; ".join(lines[:3]) + ("; ..." if len(lines) > 3 else "")
        raise CrateError(
            f"{record}: {len(lines)} files are not as recorded ({shown}); run the study again"
        )
    crate = ROCrate(version="1.1")
    crate.metadata.extra_contexts.append(_TERMS)
    _describe(crate, recorded, Path(record), licence)
    _Entities(crate, recorded, Path(folder), tuple(only)).add()
    crate.write_zip(str(out))
    return Path(out)


class _Entities:
    """The files, the software and the actions of one crate.

    Parameters
    ----------
    crate : ROCrate
    recorded : dict
        The record of the run.
    folder : Path
        Where the study ran.
    only : tuple of str
        See `write_crate`.
    """

    def __init__(
        self, crate: "ROCrate", recorded: dict[str, Any], folder: Path, only: tuple[str, ...]
    ) -> None:
        self.crate = crate
        self.recorded = recorded
        self.folder = folder
        self.only = only

    def add(self) -> None:
        """Add all of them."""
        workflow = self._workflow()
        inputs = [
            self._file(name, value, f"input: {group}")
            for group, files in self.recorded["inputs"].items()
            for name, value in files.items()
        ]
        results = []
        for rule, entry in self.recorded["results"].items():
            files = [
                self._file(name, value, f"made by the rule {rule}")
                for name, value in entry["files"].items()
                if self._is_taken(name)
            ]
            if files:
                self._rule(rule, entry["code"], files)
            results += files
        settings = list(self._settings())
        action = self.crate.add_action(
            workflow,
            identifier="#study",
            object=[*inputs, *settings],
            result=results,
            properties={
                "name": "The study",
                "description": f"Random numbers: {self.recorded['seed']['of the rest']}.",
                "actionStatus": "http://schema.org/CompletedActionStatus",
                "endTime": str(self.crate.datePublished.isoformat()),
            },
        )
        actions = self.crate.root_dataset.get("mentions", [])
        self.crate.root_dataset["mentions"] = [action, *actions]

    def _workflow(self) -> Any:
        from rocrate.model.computerlanguage import ComputerLanguage

        versions, git = self.recorded["versions"], self.recorded["git"]
        language = self.crate.add(
            ComputerLanguage(
                self.crate,
                "#snakemake",
                {
                    "name": "Snakemake",
                    "alternateName": "snakemake",
                    "url": {"@id": "https://snakemake.github.io"},
                    "version": versions.get("snakemake", "unknown"),
                },
            )
        )
        project = self._context("Organization", "#project", name="The pdflearn developers")
        names = ["Snakefile", *sorted(str(p) for p in _relative("workflow/rules/*.smk"))]
        workflow = self.crate.add_workflow(
            str(PROJECT / names[0]),
            names[0],
            main=True,
            lang=language,
            properties={
                "name": "pdflearn",
                "encodingFormat": "text/plain",
                "version": self.recorded["project"]["version"]
                + (f" (git {git['commit']})" if git else ""),
                "license": {"@id": "https://spdx.org/licenses/BSD-3-Clause"},
                "creator": {"@id": "#project"},
            },
        )
        self._context(
            "CreativeWork", "https://spdx.org/licenses/BSD-3-Clause", name="BSD 3-Clause License"
        )
        workflow["conformsTo"] = self._context(
            "CreativeWork", _BIOSCHEMAS, name="ComputationalWorkflow", version="1.0-RELEASE"
        )
        workflow["hasPart"] = [
            self.crate.add_file(
                str(PROJECT / name),
                name,
                properties={"name": f"rules: {Path(name).stem}", "encodingFormat": "text/plain"},
            )
            for name in names[1:]
        ]
        workflow["softwareRequirements"] = [
            self._software(name, version)
            for name, version in versions.items()
            if name != "snakemake"
        ]
        workflow["sdPublisher"] = project
        return workflow

    def _rule(self, rule: str, code: str, files: list[Any]) -> None:
        """The action that one rule is: its script made these files."""
        script = f"workflow/scripts/{rule}.py"
        if (PROJECT / script).is_file():
            tool = self.crate.add_file(
                str(PROJECT / script),
                script,
                properties={
                    "@type": ["File", "SoftwareSourceCode"],
                    "name": f"script of {rule}",
                    "encodingFormat": _FORMATS[".py"],
                    "version": self.recorded["project"]["version"],
                },
            )
            self.crate.mainEntity.append_to("hasPart", tool)
        else:
            tool = self._context("SoftwareApplication", f"#rule-{rule}", name=rule)
        action = self.crate.add_action(
            tool,
            identifier=f"#run-{rule}",
            result=files if len(files) > 1 else files[0],
            properties={
                "name": f"The rule {rule}",
                "description": f"Hash of its script and of the modules that it imports: {code}",
                "actionStatus": "http://schema.org/CompletedActionStatus",
            },
        )
        self.crate.root_dataset.append_to("mentions", action)

    def _software(self, name: str, version: str) -> Any:
        url = f"https://pypi.org/project/{name}/{version}/"
        if name == "python":
            url = f"https://docs.python.org/release/{version}/"
        if name == PACKAGE.name:
            url = "#pdflearn-package"
        return self._context(
            "SoftwareApplication", url, name=name, softwareVersion=version, url=url
        )

    def _settings(self) -> Iterator[Any]:
        """A value for each key of the config."""
        for key, value in _leaves(self.recorded["config"]):
            yield self._context(
                "PropertyValue", f"#config-{key}", name=key, value=json.dumps(value)
            )

    def _file(self, name: str, sha256: str, description: str) -> Any:
        """A file of the record; what lies outside the study's folder goes below inputs/."""
        place = Path(name)
        outside = place.is_absolute() or ".." in place.parts
        inside = f"inputs/{'/'.join(p for p in place.parts if p not in ('..', '/'))}"
        properties = {"name": place.name, "description": description, "sha256": sha256}
        properties["encodingFormat"] = _FORMATS.get(place.suffix, "text/plain")
        source = self.folder / place
        properties["contentSize"] = str(source.stat().st_size)
        return self.crate.add_file(str(source), inside if outside else name, properties=properties)

    def _context(self, kind: str, identifier: str, **properties: Any) -> Any:
        from rocrate.model.contextentity import ContextEntity

        entity = ContextEntity(self.crate, identifier, {"@type": kind, **properties})
        return self.crate.add(entity)

    def _is_taken(self, name: str) -> bool:
        below = name.partition("results/")[2]
        return not self.only or any(
            below == part or below.startswith(f"{part.rstrip('/')}/") for part in self.only
        )


def _describe(crate: "ROCrate", recorded: dict[str, Any], record: Path, licence: str) -> None:
    """Name, date, licence and profiles of the crate itself, and the record."""
    from rocrate.model.contextentity import ContextEntity

    crate.name = "A study of pair distribution functions"
    crate.description = (
        "Simulated and measured atomic pair distribution functions, the models trained on "
        f"them, and their answers: a run of pdflearn {recorded['project']['version']}."
    )
    # When the record was written, which is when the study was done.
    crate.datePublished = datetime.fromtimestamp(int(record.stat().st_mtime), tz=UTC)
    name = licence.rstrip("/").rpartition("/")[2] if licence else "not stated"
    crate.license = crate.add(
        ContextEntity(
            crate,
            licence or "#licence",
            {"@type": "CreativeWork", "name": name, "description": licence or _UNSTATED},
        )
    )
    crate.root_dataset["conformsTo"] = [
        crate.add(
            ContextEntity(crate, url, {"@type": "CreativeWork", "name": title, "version": version})
        )
        for url, (title, version) in PROFILES.items()
    ]
    crate.add_file(
        StringIO(_README),
        "README.md",
        properties={
            "name": "README",
            "description": "What this is",
            "encodingFormat": _FORMATS[".md"],
            "about": {"@id": "./"},
        },
    )
    crate.add_file(
        str(record),
        "results/provenance.json",
        properties={
            "name": "provenance.json",
            "description": "The record of the run: versions, settings, seed and hashes",
            "encodingFormat": "application/json",
            "sha256": file_hash(record),
        },
    )


def _leaves(config: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The keys of a config, joined by dots, and their values."""
    if not isinstance(config, dict) or not config:
        yield path, config
        return
    for name, value in config.items():
        yield from _leaves(value, f"{path}.{name}" if path else str(name))


def _relative(pattern: str) -> list[Path]:
    return [path.relative_to(PROJECT) for path in PROJECT.glob(pattern)]


def _read(record: Path) -> dict[str, Any]:
    try:
        recorded = json.loads(record.read_text(encoding="utf-8"))
        recorded["inputs"], recorded["results"], recorded["config"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CrateError(
            f"{record} is no record of a run ({error!r}); make run writes it"
        ) from error
    return recorded


def main(arguments: list[str] | None = None) -> int:
    """Write the crate; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("record", nargs="?", default="results/provenance.json")
    parser.add_argument("out", nargs="?", default="study.crate.zip")
    parser.add_argument("--only", nargs="+", default=[], help="folders and files below results/")
    parser.add_argument("--licence", default="", help="URL of the licence of the results")
    options = parser.parse_args(arguments)
    try:
        path = write_crate(options.record, options.out, only=options.only, licence=options.licence)
    except CrateError as error:
        print(f"crate: {error}", file=sys.stderr)
        return 2
    print(f"Written: {path} ({path.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
