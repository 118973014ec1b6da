"""What `snakemake --sdm conda` needs where there is no conda: a channel and a `conda` command.

The channel's packages are wheels of PyPI and the CPython of this machine; environments are solved
and linked by rattler, the library of pixi. `set_up` makes both below one folder. The rest runs in
an environment of tools, as the `conda` command and to build the channel.
"""

import asyncio
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from email import message_from_string
from pathlib import Path

TOOLS = ["py-rattler==0.28.*", "conda-package-streaming==0.13.*", "packaging", "pyyaml"]
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
# Not of the standard library, or of no use to the rules.
ASIDE = (
    "__pycache__",
    "site-packages",
    "dist-packages",
    "test",
    "idlelib",
    "ensurepip",
    "config-*",
)


class NoChannel(RuntimeError):
    """The channel cannot be made here; the message says why."""


def set_up(folder: Path, pins: list[str], uv: Path) -> Path:
    """Make a channel of what is pinned (`numpy==2.4.1`); return the folder of `conda`."""
    tools = folder / "tools"
    python = tools / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, tools], check=True)
    install = [uv, "pip", "install", "--quiet", "--only-binary", ":all:", "--python", python]
    done = subprocess.run([*install, *TOOLS], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoChannel(done.stderr.strip()[-500:])
    trees = folder / "trees"
    for pin in pins:
        place = trees / pin / "lib" / PYTHON / "site-packages"
        subprocess.run([*install, "--no-deps", "--target", place, pin], check=True)
    copy_python(trees / "python")
    subprocess.run([python, __file__, "build"], check=True)
    programs = folder / "bin"
    programs.mkdir()
    conda = programs / "conda"
    conda.write_text(f'#!/bin/sh\nexec "{python}" "{__file__}" "$@"\n')
    conda.chmod(0o755)
    (programs / "activate").write_text('export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"\n')
    return programs


def copy_python(tree: Path) -> None:
    """Copy this machine's CPython. Its shared library, if it has one, stays where it is."""
    (tree / "bin").mkdir(parents=True)
    shutil.copy2(Path(sys.base_prefix) / "bin" / PYTHON, tree / "bin" / PYTHON)
    (tree / "bin" / "python").symlink_to(PYTHON)
    aside = shutil.ignore_patterns(*ASIDE)
    standard = sysconfig.get_path("stdlib")
    shutil.copytree(standard, tree / "lib" / PYTHON, symlinks=True, ignore=aside)


def build(folder: Path) -> None:
    """Pack all trees, and index the channel."""
    from rattler.index.index import index_fs

    channel = folder / "channels" / "conda-forge"
    for part in ("linux-64", "noarch"):
        (channel / part).mkdir(parents=True)
    for tree in sorted((folder / "trees").iterdir()):
        if tree.name == "python":
            pack(tree, "python", platform.python_version(), [], channel)
        else:
            pack(tree, *described(tree), channel)
    asyncio.run(index_fs(channel, write_zst=False, write_shards=False))


def described(tree: Path) -> tuple[str, str, list[str]]:
    """Name, version and dependencies, in conda's words, of the one package in a tree."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    (file,) = tree.rglob("*.dist-info/METADATA")
    metadata = message_from_string(file.read_text())
    depends = ["python"]
    for line in metadata.get_all("Requires-Dist", []):
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            depends.append(f"{canonicalize_name(needed.name)} {needed.specifier}".strip())
    return canonicalize_name(metadata["Name"]), metadata["Version"], depends


def pack(tree: Path, name: str, version: str, depends: list[str], channel: Path) -> None:
    """Write all files of `tree` as one conda package."""
    from conda_package_streaming.create import conda_builder

    paths = []
    for path in sorted(tree.rglob("*")):
        if path.is_symlink():
            paths.append({"_path": str(path.relative_to(tree)), "path_type": "softlink"})
        elif path.is_file():
            content = path.read_bytes()
            paths.append({
                "_path": str(path.relative_to(tree)),
                "path_type": "hardlink",
                "sha256": hashlib.sha256(content).hexdigest(),
                "size_in_bytes": len(content),
            })  # fmt: skip
    index = {
        "name": name, "version": version, "build": "0", "build_number": 0, "depends": depends,
        "subdir": "linux-64", "arch": "x86_64", "platform": "linux",
    }  # fmt: skip
    info = tree / "info"
    info.mkdir()
    (info / "index.json").write_text(json.dumps(index))
    (info / "paths.json").write_text(json.dumps({"paths": paths, "paths_version": 1}))
    stem = f"{name}-{version}-0"
    with conda_builder(stem, channel / "linux-64", compression_level=1) as package:
        for path in sorted(tree.rglob("*")):
            if path.is_symlink() or path.is_file():
                package.add(path, str(path.relative_to(tree)), recursive=False)


async def create(folder: Path, environment: Path, prefix: Path) -> None:
    """What `conda env create` does."""
    import yaml
    from rattler import Channel, ChannelConfig, Gateway, VirtualPackage, install, solve

    asked = yaml.safe_load(environment.read_text())
    alias = ChannelConfig(channel_alias=f"file://{folder}/channels/")
    records = await solve(
        sources=[Channel(name, alias) for name in asked["channels"] if name != "nodefaults"],
        specs=asked["dependencies"],
        gateway=Gateway(cache_dir=folder / "repodata"),
        platforms=["linux-64", "noarch"],
        virtual_packages=VirtualPackage.detect(),
    )
    await install(records, prefix, cache_dir=folder / "packages", show_progress=False)


def conda(folder: Path, words: list[str]) -> None:
    """Answer the commands that Snakemake gives."""
    if words == ["--version"]:
        print("conda 25.0.0")
    elif words == ["info", "--json"]:
        print(json.dumps({"conda_prefix": str(folder), "platform": "linux-64"}))
    elif words == ["config", "--get", "channel_priority", "--json"]:
        print(json.dumps({"get": {"channel_priority": "strict"}}))
    elif words[:2] == ["env", "create"]:
        file, prefix = (Path(words[words.index(word) + 1]) for word in ("--file", "--prefix"))
        asyncio.run(create(folder, file, prefix))
    elif words[:1] == ["clean"]:
        pass  # The packages serve the next environment.
    else:
        sys.exit(f"no such command here: conda {' '.join(words)}")


if __name__ == "__main__":
    # The environment of the tools lies in the folder of all.
    here = Path(sys.prefix).parent
    if sys.argv[1:] == ["build"]:
        build(here)
    else:
        conda(here, sys.argv[1:])
    # rattler's threads may crash an interpreter that takes itself apart.
    sys.stdout.flush()
    os._exit(0)
