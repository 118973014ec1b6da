"""Files from anywhere: plain, compressed or in a zip archive, read whole and within limits.

Nothing is ever written: a member of an archive is read into memory, so its name can lead nowhere.
"""

import bz2
import gzip
import io
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pdflearn.core.errors import PdflearnError

# Of one file, of what comes out of a compressed one, and of one member of an archive.
MAX_BYTES = 64 * 2**20
# Of all members of an archive together.
MAX_UNPACKED = 512 * 2**20
MAX_MEMBERS = 20_000

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError,
    NotImplementedError, RuntimeError, KeyError,
)  # fmt: skip


class ArchiveError(PdflearnError):
    """A file or a member of an archive that cannot be read; the message says what to do."""


class TooLargeError(ArchiveError):
    """A file that is larger than the limits, packed or unpacked."""


def read_file(path: str | Path) -> bytes:
    """Read a plain file whole, if it is one and not too large; never waits on pipes or devices.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    bytes

    Raises
    ------
    ArchiveError
        Where there is no such file, where it is a folder or a device, or where it cannot be read.
    TooLargeError
        Beyond `MAX_BYTES`.
    """
    try:
        # Opened first and asked afterwards, so that nothing can be swapped in between.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags)
    except FileNotFoundError:
        raise ArchiveError("the file does not exist; check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ArchiveError(f"the file cannot be opened ({reason}); check its permissions") from None
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise ArchiveError("not a regular file (a folder or a device); give a file")
        if state.st_size > MAX_BYTES:
            raise _too_large(f"{state.st_size / 2**20:.0f} MiB")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ArchiveError(f"the file cannot be read ({error.strerror}); copy it again") from None
    finally:
        os.close(handle)
    if len(data) > MAX_BYTES:  # it grew meanwhile
        raise _too_large(f"more than {MAX_BYTES / 2**20:.0f} MiB")
    return data


def decompress(data: bytes) -> bytes:
    """Undo gzip, bzip2 or xz compression; other bytes come back as given.

    Raises
    ------
    ArchiveError
        For damaged content.
    TooLargeError
        Beyond `MAX_BYTES` unpacked.

    Examples
    --------
    >>> import gzip
    >>> decompress(gzip.compress(b"data_nickel"))
    b'data_nickel'
    """
    openers: tuple[tuple[bytes, Callable[[io.BytesIO], io.BufferedIOBase]], ...] = (
        (b"\x1f\x8b", lambda raw: gzip.GzipFile(fileobj=raw)),
        (b"BZh", bz2.BZ2File),
        (b"\xfd7zXZ\x00", lzma.LZMAFile),
    )
    for magic, opener in openers:
        if data.startswith(magic):
            try:
                with opener(io.BytesIO(data)) as stream:
                    unpacked = stream.read(MAX_BYTES + 1)
            except _DAMAGE as error:
                raise ArchiveError(
                    f"the compressed file is damaged or cut off ({_reason(error)}); copy or "
                    "compress it again"
                ) from None
            if len(unpacked) > MAX_BYTES:
                raise _too_large("too large when unpacked")
            return unpacked
    return data


def is_zip(data: bytes) -> bool:
    """Whether bytes begin as a zip archive does; files of Office programs are such archives too."""
    return data.startswith(_ZIP)


@dataclass(frozen=True)
class Member:
    """One file in a zip archive.

    Attributes
    ----------
    name : str
        Its path in the archive, as it stands there.
    """

    name: str
    _archive: zipfile.ZipFile
    _info: zipfile.ZipInfo
    _limit: int

    @property
    def leads_out(self) -> bool:
        """Whether its path would lie outside the folder that the archive is unpacked in."""
        parts = PurePosixPath(self.name.replace("\\", "/")).parts
        return ".." in parts or self.name.startswith(("/", "\\")) or ":" in parts[0]

    def read(self) -> bytes:
        """Unpack the member in memory.

        Raises
        ------
        ArchiveError
            For an encrypted or damaged member.
        TooLargeError
            Beyond `MAX_BYTES`, or beyond `MAX_UNPACKED` with the members before it.
        """
        if self._info.flag_bits & 0x1:
            raise ArchiveError("the archive is encrypted; unpack it first")
        content = b""
        if self._info.file_size <= self._limit:
            try:
                with self._archive.open(self._info) as stream:
                    content = stream.read(self._limit + 1)  # the size that is stated may be wrong
            except _DAMAGE as error:
                raise ArchiveError(
                    f"damaged member of the archive ({_reason(error)}); make the archive again"
                ) from None
        if max(self._info.file_size, len(content)) > self._limit:
            raise TooLargeError(
                f"too large when unpacked: the member is larger than {MAX_BYTES // 2**20} MiB, or "
                f"the archive than {MAX_UNPACKED // 2**20} MiB; split it"
            )
        return content


def zip_members(data: bytes) -> list[Member]:
    """The files in a zip archive in order of their names, without a system's own.

    Parameters
    ----------
    data : bytes
        The archive.

    Returns
    -------
    list of Member
        Nothing is unpacked until one is read.

    Raises
    ------
    ArchiveError
        For a damaged archive, or one with more than `MAX_MEMBERS` files.

    Examples
    --------
    >>> import io, zipfile
    >>> packed = io.BytesIO()
    >>> with zipfile.ZipFile(packed, "w") as archive:
    ...     archive.writestr("Ni.cif", "data_nickel")
    ...     archive.writestr("__MACOSX/._Ni.cif", "")
    >>> [(member.name, member.read()) for member in zip_members(packed.getvalue())]
    [('Ni.cif', b'data_nickel')]
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = sorted(archive.infolist(), key=lambda info: info.filename)
    except _DAMAGE as error:
        raise ArchiveError(
            f"the zip archive is damaged or cut off ({_reason(error)}); copy or make it again"
        ) from None
    infos = [info for info in infos if not info.is_dir() and not _is_clutter(info.filename)]
    if len(infos) > MAX_MEMBERS:
        raise ArchiveError(
            f"the zip archive holds {len(infos)} files; at most {MAX_MEMBERS} are read: split it"
        )
    members, left = [], MAX_UNPACKED
    for info in infos:
        limit = min(MAX_BYTES, left)
        members.append(Member(info.filename, archive, info, limit))
        if info.file_size <= limit:
            left -= info.file_size
    return members


def decode(data: bytes) -> str:
    """Turn bytes into text: UTF-8, UTF-16 with or without its mark, else latin-1.

    Examples
    --------
    >>> decode("Å".encode("utf-16")), decode("Å".encode("latin-1"))
    ('Å', 'Å')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd > 0.6 * half and even < 0.05 * half:
        return data.decode("utf-16-le", errors="replace")
    if even > 0.6 * half and odd < 0.05 * half:
        return data.decode("utf-16-be", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def plain_text(data: bytes) -> str:
    """The text of a file with one line feed at the end of each line.

    Raises
    ------
    ArchiveError
        For bytes that are no text.
    """
    text = decode(data)
    if "\0" in text:
        raise ArchiveError("a binary file, not text; export it as text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _too_large(size: str) -> TooLargeError:
    return TooLargeError(f"{size}, where at most {MAX_BYTES / 2**20:.3g} MiB are read; split it")


def _is_clutter(name: str) -> bool:
    """Whether a member is an operating system's own, and no file that someone put there."""
    parts = PurePosixPath(name).parts
    return (
        not parts
        or "__MACOSX" in parts
        or parts[-1].startswith(("._", ".DS_"))
        or parts[-1] == "Thumbs.db"
    )


def _reason(error: BaseException) -> str:
    """What another library says of a fault, fit for one line of a message."""
    words = re.sub(r"\s+", " ", str(error))[:100]
    return "".join(c if c.isprintable() else "?" for c in words) or type(error).__name__
