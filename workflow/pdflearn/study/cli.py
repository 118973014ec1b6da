"""The command `pdflearn`: identify measured files, verify results; `python -m pdflearn` too.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import argparse
import sys
from pathlib import Path

from pdflearn.core.errors import PdflearnError

IDENTIFY = """\
Say what measured PDFs are, with a study that has run. For each file a verdict is printed, and
index.csv, rejected.csv, identification.csv, parameters.csv and the refined structures of accepted
samples are written. The measured files are only read. A samples.csv beside them is used; settings
are those of the study."""
IDENTIFY_EXAMPLES = """\
examples:
  pdflearn identify run_0412.gr
  pdflearn identify *.gr data.zip --out answers
  pdflearn identify Ni.gr --results /data/study/results
  pdflearn identify run_0412.gr --elements Ti,O
  pdflearn identify run_0412.gr --structure mine.cif other.cif
  pdflearn identify run_0412.gr --structure mine.cif --only

exit status: 0 all files were read; 1 some were not, or a line of samples.csv names no file;
2 nothing was done"""
VERIFY = """\
Say whether the inputs and the results of a study are still those that its record names by hash."""
VERIFY_EXAMPLES = """\
examples:
  pdflearn verify
  pdflearn verify results/provenance.json

exit status: 0 all files are as recorded; 1 some are missing or differ; 2 there is no such record"""


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="pdflearn", description="Identify measured PDFs; verify the results of a study."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    as_written = argparse.RawDescriptionHelpFormatter
    identify = commands.add_parser(
        "identify",
        help="say what measured files are",
        description=IDENTIFY,
        epilog=IDENTIFY_EXAMPLES,
        formatter_class=as_written,
    )
    identify.add_argument(
        "files", nargs="+", metavar="FILE", help="measured file, or a zip of them"
    )
    identify.add_argument("--results", default="results", help="the study's folder (results)")
    identify.add_argument("--out", help="folder for the answers (identify in the study's folder)")
    identify.add_argument(
        "--structure", nargs="+", metavar="FILE", default=[], help="your own structures to try"
    )
    identify.add_argument(
        "--only", action="store_true", help="try nothing but these; no study is needed"
    )
    identify.add_argument(
        "--elements", default="", metavar="LIST", help="of the samples: Ti,O, or a formula TiO2"
    )
    verify = commands.add_parser(
        "verify",
        help="say whether files are still as recorded",
        description=VERIFY,
        epilog=VERIFY_EXAMPLES,
        formatter_class=as_written,
    )
    verify.add_argument(
        "record",
        nargs="?",
        default="results/provenance.json",
        help="the record of a run (results/provenance.json)",
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the process by default.
    """
    options = make_parser().parse_args(arguments)
    if options.command == "verify":
        from pdflearn.study import record

        return record.main([options.record])
    from pdflearn.measured.reader import printable
    from pdflearn.study.identify import Asked, identify_files

    out = options.out or Path(options.results) / "identify"
    try:
        asked = Asked(tuple(options.structure), options.only, options.elements)
        return int(identify_files(options.files, options.results, out, asked) > 0)
    except (PdflearnError, OSError) as error:
        print(f"identify: {printable(str(error))}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
