"""Write codemeta.json from pyproject.toml and CITATION.cff; `make codemeta`.

    python .ci/codemeta.py           # writes it
    python .ci/codemeta.py --print   # prints it

Terms: https://codemeta.github.io/terms, version 3.0. `.ci/release_check.py` holds the file against
what this makes.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
FILE = "codemeta.json"
CONTEXT = "https://w3id.org/codemeta/3.0"


def codemeta(root: Path = ROOT) -> dict[str, Any]:
    """What codemeta.json says.

    Parameters
    ----------
    root : path
        The folder of pyproject.toml, CITATION.cff and workflow/pdflearn/__init__.py.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    module = (root / "workflow" / "pdflearn" / "__init__.py").read_text(encoding="utf-8")
    described = {
        "@context": CONTEXT,
        "@type": "SoftwareSourceCode",
        "name": citation["title"],
        "description": citation["abstract"],
        "version": re.findall(r'^__version__ = "(.+)"$', module, re.M)[0],
        "license": f"https://spdx.org/licenses/{project['license']}",
        "author": [_author(entry) for entry in citation["authors"]],
        "keywords": citation["keywords"],
        "programmingLanguage": {
            "@type": "ComputerLanguage",
            "name": "Python",
            "version": project["requires-python"],
        },
        "softwareRequirements": [_requirement(line) for line in project["dependencies"]],
    }
    dates = {
        "date-released": "datePublished",
        "repository-code": "codeRepository",
        "doi": "identifier",
    }
    described |= {term: str(citation[key]) for key, term in dates.items() if key in citation}
    return described


def text_of(described: dict[str, Any]) -> str:
    """The file's text."""
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _author(entry: dict[str, str]) -> dict[str, str]:
    """A person, or an organization, of CITATION.cff."""
    if "name" in entry:
        return {"@type": "Organization", "name": entry["name"]}
    person = {"@type": "Person"}
    terms = {"given-names": "givenName", "family-names": "familyName", "orcid": "@id"}
    return person | {term: entry[key] for key, term in terms.items() if key in entry}


def _requirement(line: str) -> dict[str, str]:
    need = Requirement(line)
    return {
        "@type": "SoftwareApplication",
        "name": need.name,
        "version": str(need.specifier),
        "identifier": f"https://pypi.org/project/{need.name}",
    }


if __name__ == "__main__":
    text = text_of(codemeta())
    if "--print" in sys.argv[1:]:
        print(text, end="")
    else:
        (ROOT / FILE).write_text(text, encoding="utf-8")
