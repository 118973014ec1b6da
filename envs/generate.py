"""Write the conda environment of each rule: only what its script imports, at the lock's versions.

    python envs/generate.py           write envs/<rule>.yaml
    python envs/generate.py --check   say what differs and end with 1

Versions are pinned at major.minor, since the newest patch may reach conda-forge later than PyPI.
"""

import re
import sys
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from pdflearn.core.codehash import dependencies  # noqa: E402

# Where conda-forge's name is not PyPI's. The PyPI name of `diffpy` alone is ambiguous: it is a
# namespace of several packages.
IMPORTS = {"diffpy": "diffpy.structure"}
CONDA = {"matplotlib": "matplotlib-base"}


def locked_versions(lock: Path) -> dict[str, str]:
    """Every package of the lock with its major.minor version."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\d+(?:\.\d+)?)", lock.read_text(), re.M)
    return {name.lower().replace(".", "-").replace("_", "-"): version for name, version in found}


def environment(
    script: Path, versions: dict[str, str], distributions: Mapping[str, list[str]]
) -> str:
    """The text of one environment file; distributions has the names of each package on PyPI."""
    lines = []
    for package in dependencies(script)[1]:
        name = IMPORTS.get(package) or distributions[package][0]
        key = name.lower().replace(".", "-").replace("_", "-")
        lines.append(f"  - {CONDA.get(name, name.lower())} ={versions[key]}\n")
    head = "channels:\n  - conda-forge\n  - nodefaults\ndependencies:\n  - python >=3.11,<3.14\n"
    return head + "".join(sorted(lines))


def main(check: bool) -> int:
    """Write or check every file; the number of files that differ."""
    versions = locked_versions(ROOT / "requirements.lock")
    distributions = packages_distributions()  # reads the files of everything that is installed
    wanted = {
        ROOT / "envs" / f"{script.stem}.yaml": environment(script, versions, distributions)
        for script in sorted((ROOT / "workflow" / "scripts").glob("*.py"))
    }
    present = set((ROOT / "envs").glob("*.yaml"))
    wrong = [
        path for path, text in wanted.items() if path not in present or path.read_text() != text
    ]
    stale = sorted(present - set(wanted))
    for path in sorted(wrong) + stale:
        print(f"{path.relative_to(ROOT)} {'differs' if check else 'written or removed'}")
        if not check:
            path.unlink() if path in stale else path.write_text(wanted[path])
    return len(wrong) + len(stale) if check else 0


if __name__ == "__main__":
    sys.exit(min(main("--check" in sys.argv[1:]), 1))
