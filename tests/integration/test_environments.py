"""Each rule's environment, made from PyPI at the versions of its file, holds all that its script
imports. The imports run with Python's -I: nothing from outside the environment is seen."""

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
# Names on conda-forge that are others on PyPI.
PYPI = {"matplotlib-base": "matplotlib"}

IMPORT = """
import importlib, runpy, sys
sys.path.insert(0, sys.argv[1])
for script in sys.argv[2:]:
    runpy.run_path(script, run_name="imported")
"""


def requirements(environment: str) -> tuple[str, ...]:
    """What an environment's file asks for, in pip's words, without Python itself."""
    found = []
    for line in yaml.safe_load(environment)["dependencies"]:
        name, version = line.split(" ", 1)
        if name != "python":
            found.append(f"{PYPI.get(name, name)}=={version.lstrip('=')}.*")
    return tuple(found)


def environments() -> dict[str, list[str]]:
    """Different contents of envs/*.yaml, and the rules that have each."""
    found = defaultdict(list)
    for file in sorted((ROOT / "envs").glob("*.yaml")):
        found[file.read_text()].append(file.stem)
    return found


ENVIRONMENTS = environments()


@pytest.fixture(scope="module")
def registry() -> None:
    probe = [UV, "pip", "compile", "--quiet", "--no-cache", "-"]
    done = subprocess.run(probe, input="pyyaml", capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"PyPI cannot be reached: {done.stderr.strip()[-200:]}")


@pytest.mark.slow
@pytest.mark.parametrize("text", ENVIRONMENTS, ids=[rules[0] for rules in ENVIRONMENTS.values()])
def test_scripts_import_in_their_own_environment(text, registry, tmp_path, tmp_path_factory):
    # All in one place, one after the other, so that byte-code of what they share is made once.
    place = tmp_path_factory.getbasetemp() / "environment"
    make = [UV, "venv", "--quiet", "--python", sys.executable, place]
    subprocess.run(make, check=True, capture_output=True)
    install = [UV, "pip", "install", "--quiet", "--python", place / "bin" / "python"]
    # The lock settles what the packages need in turn.
    pins = [*requirements(text), "--constraint", constraints(tmp_path)]
    done = subprocess.run([*install, *pins], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    scripts = [ROOT / "workflow" / "scripts" / f"{rule}.py" for rule in ENVIRONMENTS[text]]
    python = place / "bin" / "python"
    cache = f"pycache_prefix={tmp_path_factory.getbasetemp() / 'bytecode'}"
    call = [python, "-I", "-X", cache, "-c", IMPORT, ROOT / "workflow", *scripts]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # The check would see a package that is missing: Snakemake is in none of them.
    alien = subprocess.run(
        [python, "-I", "-c", "import snakemake"], check=False, capture_output=True
    )
    assert alien.returncode != 0
    shutil.rmtree(place)


def test_files_are_what_the_lock_and_the_imports_say():
    generate = [sys.executable, str(ROOT / "envs" / "generate.py"), "--check"]
    done = subprocess.run(generate, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def constraints(folder: Path) -> Path:
    """The lock without hashes."""
    pins = re.findall(r"^[A-Za-z0-9._-]+==[^\\\n]+", (ROOT / "requirements.lock").read_text(), re.M)
    file = folder / "constraints.txt"
    file.write_text("\n".join(pins) + "\n")
    return file
