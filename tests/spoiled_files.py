"""Files with something wrong, or of another kind than G(r), made from a good curve."""

import gzip

import numpy as np


def spoiled(curve):
    """Contents that no PDF is, or that something is wrong with, by name."""
    rows = curve.splitlines()
    x = [float(row.split()[0]) for row in rows]
    y = [float(row.split()[1]) for row in rows]

    def table(first, *others):
        return "".join(
            " ".join(f"{v:.6g}" for v in row) + "\n" for row in zip(first, *others, strict=True)
        )

    less = [v / max(r, 0.5) for r, v in zip(x, y, strict=True)]
    tends_to_one = [v + 1 for v in less]
    dense = [v + 0.8 * r for r, v in zip(x, y, strict=True)]
    decimal = (f"{int(v)},{round(100 * v) % 100},{int(w)},5" for v, w in zip(x, y, strict=True))
    hints = "qmax = 900\nqmin = 30\nT = 20 C\nrho_0: 7\n#composition Ni\nneutron\n"
    q = np.arange(0.5, 25.0, 0.02)
    wave = np.sin(2.5 * q) * np.exp(-0.01 * q**2)
    half = len(rows) // 2
    return {
        "empty.gr": b"",
        "zeros.gr": bytes(100),
        "document.gr": b"%PDF-1.7 and more",
        "sheet.xlsx": b"PK\x03\x04" + b"[Content_Types].xml" + bytes(30),
        "binary.gr": bytes(range(256)) * 20,
        "page.gr": b"<!DOCTYPE html><body>404</body>",
        "structure.gr": b"data_x\n_cell_length_a 3.5\nloop_\n_atom_site_label\nNi\n",
        "words.gr": b"no numbers at all\n",
        "few.gr": "\n".join(rows[:10]).encode(),
        "short.gr": "\n".join(rows[:40]).encode(),
        "falling.gr": "\n".join(rows[::-1]).encode(),
        "doubled.gr": "\n".join(row for row in rows for _ in range(2)).encode(),
        "some_doubled.gr": "\n".join([*rows[:5], *rows[4:]]).encode(),
        "hole.gr": "\n".join([*rows[:half], *rows[half + 20 :]]).encode(),
        "missing.gr": curve.replace(rows[half].split()[1], "nan", 1).encode(),
        "missing_ends.gr": curve.replace(rows[0].split()[1], "nan", 1).encode(),
        "infinite.gr": "\n".join(f"{row.split()[0]} inf" for row in rows).encode(),
        "same.gr": "\n".join(f"{row.split()[0]} 2.5" for row in rows).encode(),
        "large.gr": table(x, [1e35 * v for v in y]).encode(),
        "counts.gr": table(x, [100 + 10 * abs(v) for v in y]).encode(),
        "coarse.gr": table([50 * v for v in x], y).encode(),
        "beyond.gr": table([500 * v for v in x], y).encode(),
        "negative.gr": table([v - 10 for v in x], y).encode(),
        "commas.csv": "\n".join(decimal).encode(),
        "two.gr": "\n".join([*rows, "# again", *rows]).encode(),
        "numbered.dat": table(range(len(x)), x, y).encode(),
        "several.dat": ("r S(Q) G(r) Gcalc\n" + table(x, y, y, y)).encode(),
        "gofr.dat": ("# r g(r)\n" + table(x, tends_to_one)).encode(),
        "plain.dat": table(x[5:], tends_to_one[5:]).encode(),
        "t.tofr": table(x, dense).encode(),
        "r.rofr": table(x, [r * v for r, v in zip(x, dense, strict=True)]).encode(),
        "wrong.tofr": curve.encode(),
        "rho0.gr": ("rho0 = 0.09\n# r g(r) - 1\n" + table(x, less)).encode(),
        "f.fq": table(q, q * wave).encode(),
        "s.sq": ("qmax = 18\n" + table(q, 1 + wave)).encode(),
        "offset.sq": table(q, 1.5 + wave).encode(),
        "high.sq": table(q, 3.5 + wave).encode(),
        "coarse.fq": table(q[::30], (q * wave)[::30]).encode(),
        "counts.iq": table(q, 100 + wave).encode(),
        "angle.xy": ("2theta I\n" + table(q, 100 + wave)).encode(),
        "data.mdor01": curve.encode(),
        "hints.gr": (hints + curve).encode(),
        "range.gr": ("qmin = 8\nqmax = 5\n" + curve).encode(),
        "nm.gr": ("# r(nm) G(r)\n" + table([v / 10 for v in x], y)).encode(),
        "fortran.gr": "\n".join(row.replace("e", "D") for row in rows).encode(),
        "semicolons.csv": "\n".join(";".join(row.split()) for row in rows).encode(),
        "tail.gr": "\n".join(f"{row} # point" for row in rows).encode(),
        "ragged.gr": "\n".join(row + " 1" * (k % 2) for k, row in enumerate(rows)).encode(),
        "packed.gr.gz": gzip.compress(curve.encode(), mtime=0),
        "cyrillic.gr": ("# \u0438\u0437\u043c\u0435\u0440, \u212b\n" + curve).encode(),
        "wide.gr": (curve + "x" * 3000 + "\n").encode(),
    }  # fmt: skip
