"""Files from anywhere are read whole and within limits; nothing is written."""

import bz2
import gzip
import io
import lzma
import os
import zipfile

import pytest

from pdflearn.core import archives
from pdflearn.core.archives import ArchiveError, TooLargeError


def packed(*members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


def test_a_file_is_read_whole(tmp_path):
    (tmp_path / "a.gr").write_bytes(b"\0\1\2")
    assert archives.read_file(tmp_path / "a.gr") == b"\0\1\2"


def test_what_is_no_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, words in (
        (tmp_path / "none", "does not exist"),
        (tmp_path, "not a regular file"),
        (tmp_path / "pipe", "not a regular file"),
        (tmp_path / "nul\0", "cannot be opened"),
    ):
        with pytest.raises(ArchiveError, match=words):
            archives.read_file(path)


def test_a_large_file_is_refused_unread(tmp_path):
    with open(tmp_path / "sparse", "wb") as handle:
        handle.truncate(50 * 2**30)
    with pytest.raises(TooLargeError, match="51200 MiB, where at most 64 MiB are read"):
        archives.read_file(tmp_path / "sparse")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, bytes])
def test_compression_is_undone(pack):
    assert archives.decompress(pack(b"text" * 1000)) == b"text" * 1000


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_damage_and_bombs_are_refused(pack, monkeypatch):
    with pytest.raises(ArchiveError, match="damaged or cut off"):
        archives.decompress(pack(os.urandom(1000))[:-40])
    monkeypatch.setattr(archives, "MAX_BYTES", 1000)
    with pytest.raises(TooLargeError, match="too large when unpacked"):
        archives.decompress(pack(bytes(1001)))
    assert len(archives.decompress(pack(bytes(1000)))) == 1000


def test_members_come_in_order_without_a_systems_own():
    data = packed(("b/c", "2"), ("a", "1"), ("__MACOSX/._a", ""), ("b/.DS_Store", ""), ("d/", ""))
    assert archives.is_zip(data)
    members = archives.zip_members(data)
    assert [(member.name, member.read()) for member in members] == [("a", b"1"), ("b/c", b"2")]


@pytest.mark.parametrize("name", ["../a", "/etc/a", "..\\a", "\\a", "C:/a", "b/../../a"])
def test_a_path_that_leads_out_is_known(name):
    [member] = archives.zip_members(packed((name, "text")))
    assert member.leads_out
    [member] = archives.zip_members(packed(("b/a..b", "text")))
    assert not member.leads_out


def test_limits_hold_for_members_and_for_all_of_them(monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 100)
    monkeypatch.setattr(archives, "MAX_UNPACKED", 150)
    data = packed(("a", bytes(101)), ("b", bytes(100)), ("c", bytes(51)), ("d", bytes(50)))
    a, b, c, d = archives.zip_members(data)
    assert (len(b.read()), len(d.read())) == (100, 50)
    for member in (a, c):
        with pytest.raises(TooLargeError, match="too large when unpacked"):
            member.read()
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    with pytest.raises(ArchiveError, match="holds 4 files; at most 3"):
        archives.zip_members(data)


def test_damaged_and_encrypted_members_are_told():
    data = bytearray(packed(("a", os.urandom(300))))
    data[60:90] = bytes(30)
    [member] = archives.zip_members(bytes(data))
    with pytest.raises(ArchiveError, match="damaged member"):
        member.read()
    data = bytearray(packed(("a", "text")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    [member] = archives.zip_members(bytes(data))
    with pytest.raises(ArchiveError, match="encrypted"):
        member.read()
    with pytest.raises(ArchiveError, match="damaged or cut off"):
        archives.zip_members(bytes(data[:-10]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_text(encoding):
    text = "# r (Å)\r\n1.0 2.0\r" * 20
    assert archives.decode(text.encode(encoding)) == text
    assert archives.plain_text(text.encode(encoding)) == "# r (Å)\n1.0 2.0\n" * 20


def test_what_is_no_utf_8_is_latin_1_and_what_is_no_text_is_refused():
    assert archives.decode("Å".encode("latin-1")) == "Å"
    with pytest.raises(ArchiveError, match="a binary file"):
        archives.plain_text(bytes(range(256)) * 10)
