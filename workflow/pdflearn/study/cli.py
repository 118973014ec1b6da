"""The command `pdflearn`; `python -m pdflearn` too.

What a command needs is imported when it runs, so that `--help` answers at once.
"""

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import Any

from pdflearn.core.errors import PdflearnError
from pdflearn.study import help_texts

# Exit statuses; docs/command.md tells of them.
DONE, SOME_NOT_USED, NOTHING_DONE, NOT_ACCEPTED, INTERRUPTED = 0, 1, 2, 3, 130
_SIMULATION = ("q_min", "q_max", "q_damp", "q_broad", "u_iso", "delta1", "delta2", "diameter",
               "r_step", "scale")  # fmt: skip


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="pdflearn", description=help_texts.COMMAND, epilog=help_texts.STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_identify(_command(commands, "identify"))
    _add_watch(_command(commands, "watch"))
    _add_refine(_command(commands, "refine"))
    _add_simulate(_command(commands, "simulate"))
    _add_export(_command(commands, "export"))
    verify = _command(commands, "verify")
    verify.add_argument(
        "record",
        nargs="?",
        default="results/provenance.json",
        help="the record of a run (results/provenance.json)",
    )
    _add_json(verify)
    info = _command(commands, "info")
    info.add_argument("paths", nargs="*", metavar="PATH", help="what is described; the study")
    _add_results(info)
    _add_json(info)
    return parser


def _command(commands: Any, name: str) -> argparse.ArgumentParser:
    summary, description, examples = help_texts.COMMANDS[name]
    return commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_identify(parser: argparse.ArgumentParser) -> None:
    _add_files(parser)
    _add_results(parser)
    parser.add_argument("--out", help="folder for the answers (identify in the study's folder)")
    _add_asked(parser)
    _add_measurement(parser)
    _add_json(parser, curves=True)
    parser.add_argument(
        "--strict", action="store_true", help="exit with 3 where an answer is not accepted"
    )


def _add_watch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="where measured files come in")
    _add_results(parser)
    parser.add_argument("--out", help="folder for the answers (watch in the study's folder)")
    _add_asked(parser)
    _add_measurement(parser)
    parser.add_argument(
        "--poll", type=float, metavar="SECONDS",
        help="compare the folder with what it was so often: for network file systems (NFS, Lustre)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print each answer as a line of JSON")


def _add_asked(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--elements", default="", metavar="LIST", help="of the samples: Ti,O or a formula, TiO2"
    )
    parser.add_argument(
        "--structure", nargs="+", action="extend", default=[], metavar="FILE",
        help="your own structures to try as well",
    )  # fmt: skip
    parser.add_argument(
        "--only", action="store_true", help="try nothing but these; no study is needed"
    )


def _add_refine(parser: argparse.ArgumentParser) -> None:
    _add_files(parser)
    parser.add_argument(
        "--structure", nargs="+", required=True, action="extend", metavar="FILE",
        help="structure file (CIF, .stru, ...); several are the phases of a mixture",
    )  # fmt: skip
    _add_measurement(parser)
    parser.add_argument(
        "--calibrant", nargs=2, metavar=("NAME", "FILE"),
        help="as in Ni Ni.gr: its q_damp and q_broad are found first and used (Ni, Si, CeO2, LaB6)",
    )  # fmt: skip
    options = parser.add_argument_group("how it is refined")
    options.add_argument("--recipe", metavar="FILE", help="YAML file; the options go before it")
    for name in ("correlation", "scattering", "displacements", "shape"):
        options.add_argument(f"--{name}", metavar="WORD", help=help_texts.RECIPE[name])
    for name in ("angles", "atoms", "occupancies"):
        options.add_argument(
            f"--{name}", action="store_true", default=None, help=help_texts.RECIPE[name]
        )
    options.add_argument(
        "--untied", dest="tied", action="store_false", default=None,
        help="elements on one site have a U each",
    )  # fmt: skip
    options.add_argument("--background", type=int, metavar="N", help="terms of a background")
    options.add_argument(
        "--fix", action="append", default=[], metavar="NAME=VALUE", help="as in a=3.524"
    )
    options.add_argument(
        "--bound", action="append", default=[], metavar="NAME=LOW:HIGH", help="as in a=3.5:3.6"
    )
    parser.add_argument("--out", help="folder for parameters.csv, .fgr, .cif, .stru and a script")
    _add_json(parser, curves=True)


def _add_simulate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("structure", metavar="FILE", help="structure file (CIF, .stru, ...)")
    _add_range(parser)
    _add_radiation(parser)
    for name in _SIMULATION:
        _add_number(parser, name)
    parser.add_argument("--own-u", action="store_true", help="displacements as the file gives them")
    parser.add_argument("--out", metavar="FILE", help="a .gr file; without it the curve is printed")
    _add_json(parser)


def _add_export(parser: argparse.ArgumentParser) -> None:
    _add_files(parser)
    parser.add_argument("--out", required=True, help="folder for the files")
    parser.add_argument(
        "--program", nargs="+", action="extend", metavar="NAME",
        help="pdfgui, discus, rmcprofile (all)",
    )  # fmt: skip
    parser.add_argument(
        "--structure", nargs="+", action="extend", default=[], metavar="FILE",
        help="is refined first; then the fit is written as well, and curves are absolute",
    )  # fmt: skip
    parser.add_argument(
        "--elements", default="", metavar="FORMULA", help="of the samples, as in TiO2"
    )
    parser.add_argument("--density", type=float, metavar="X", help="atoms in 1 cubic angstrom")
    _add_range(parser)
    _add_radiation(parser)
    for name in _SIMULATION:
        _add_number(parser, name)
    parser.add_argument("--own-u", action="store_true", help="displacements as the file gives them")
    _add_json(parser)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE",
        help='measured file, zip or folder of them, or "-" for standard input',
    )  # fmt: skip


def _add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--results", default="results", help="the study's folder (results)")


def _add_measurement(parser: argparse.ArgumentParser) -> None:
    _add_range(parser)
    _add_radiation(parser)
    for name in ("q_min", "q_max", "q_damp", "q_broad"):
        _add_number(parser, name)


def _add_range(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--range", nargs=2, type=float, metavar=("LOW", "HIGH"), help="range of r, angstrom"
    )


def _add_radiation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--radiation", choices=("xray", "neutron"))


def _add_number(parser: argparse.ArgumentParser, name: str) -> None:
    option = f"--{name.replace('_', '-')}"
    parser.add_argument(option, type=float, metavar="X", help=help_texts.NUMBERS[name])


def _add_json(parser: argparse.ArgumentParser, curves: bool = False) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    if curves:
        parser.add_argument("--curves", action="store_true", help="with the curves in it")
        parser.add_argument("--plot", action="store_true", help="write a figure of each fit, too")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the process by default.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.version:
        import pdflearn

        print(f"pdflearn {pdflearn.__version__}")
        return DONE
    if options.command is None:
        parser.error(f"a command is needed: {', '.join(help_texts.COMMANDS)}")
    # What a command imports and loads stays. Python's collector would look through it again and
    # again, for a twentieth of the time of an answer.
    gc.set_threshold(50_000, 5, 5)
    try:
        return _RUN[options.command](options)
    except (PdflearnError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # `pdflearn ... | head` is no mistake
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        text = "".join(c if c.isprintable() else "?" for c in str(error))
        print(f"{options.command}: {text}", file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt:
        print(f"{options.command}: interrupted", file=sys.stderr)
        return INTERRUPTED


def _identify(options: argparse.Namespace) -> int:
    from pdflearn.identification.messages import ACCEPTED
    from pdflearn.study.asked import Asked
    from pdflearn.study.command_identify import identify_files

    asked = Asked(tuple(options.structure), options.only, options.elements)
    n_unused, answers = identify_files(
        options.files,
        options.results,
        options.out or Path(options.results) / "identify",
        asked,
        _said(options, "radiation"),
        as_json=options.json,
        curves=options.curves,
        plot=options.plot,
    )
    if n_unused:
        return SOME_NOT_USED
    refused = options.strict and any(answer.verdict != ACCEPTED for answer in answers)
    return NOT_ACCEPTED if refused else DONE


def _watch(options: argparse.Namespace) -> int:
    from pdflearn.study.asked import Asked
    from pdflearn.study.command_watch import Watcher

    asked = Asked(tuple(options.structure), options.only, options.elements)
    out = options.out or Path(options.results) / "watch"
    known = _said(options, "radiation")
    Watcher(options.folder, options.results, out, asked, known, as_json=options.json).run(
        options.poll
    )
    return DONE


def _refine(options: argparse.Namespace) -> int:
    from pdflearn.study.command_refine import refine_files, with_calibrant
    from pdflearn.study.recipe_file import make_recipe, parse_pairs, read_recipe

    entries = _said(options, *help_texts.RECIPE)
    recipe = make_recipe(
        entries, read_recipe(options.recipe) if options.recipe else make_recipe({})
    )
    fixed = parse_pairs("--fix", options.fix)
    bounds = {k: v.split(":") for k, v in parse_pairs("--bound", options.bound).items()}
    recipe = make_recipe(
        {"fixed": {**recipe.fixed, **fixed}, "bounds": {**recipe.bounds, **bounds}}, recipe
    )
    if options.calibrant:
        recipe = with_calibrant(recipe, *options.calibrant, options.radiation, options.json)
    n_fits, n_unused = refine_files(
        options.files,
        options.structure,
        recipe,
        radiation=options.radiation,
        out=options.out,
        as_json=options.json,
        curves=options.curves,
        plot=options.plot,
    )
    if n_unused:
        return SOME_NOT_USED if n_fits else NOTHING_DONE
    return DONE


def _simulate(options: argparse.Namespace) -> int:
    from pdflearn.study.command_refine import simulate_file

    parameters = _said(options, *_SIMULATION)
    if options.own_u:
        parameters["u_iso"] = None
    simulate_file(
        options.structure,
        parameters,
        radiation=options.radiation or "xray",
        out=options.out,
        as_json=options.json,
    )
    return DONE


def _export(options: argparse.Namespace) -> int:
    from pdflearn.measured.program_columns import PROGRAMS
    from pdflearn.study.command_export import Sample, export_files

    measurement = _said(options)
    simulation = _said(options, *_SIMULATION)
    if options.own_u:
        simulation["u_iso"] = None
    n_curves, n_unused = export_files(
        options.files,
        options.out,
        options.program or PROGRAMS,
        structures=options.structure,
        sample=Sample(options.elements, options.density),
        radiation=options.radiation,
        measurement=measurement,
        simulation=simulation,
        as_json=options.json,
    )
    if n_unused:
        return SOME_NOT_USED if n_curves else NOTHING_DONE
    return DONE


def _verify(options: argparse.Namespace) -> int:
    from pdflearn.study import record

    return record.main([options.record], as_json=options.json)


def _info(options: argparse.Namespace) -> int:
    from pdflearn.study.command_info import describe_paths

    return int(describe_paths(options.paths, options.results, as_json=options.json) > 0)


def _said(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """What was given of these options, and the range and Q of the measurement."""
    names = (*names, "q_min", "q_max", "q_damp", "q_broad")
    said = {name: getattr(options, name, None) for name in names}
    if getattr(options, "range", None):
        said["r_min"], said["r_max"] = options.range
    return {name: value for name, value in said.items() if value is not None}


_RUN = {
    "identify": _identify,
    "watch": _watch,
    "refine": _refine,
    "simulate": _simulate,
    "export": _export,
    "verify": _verify,
    "info": _info,
}

if __name__ == "__main__":
    sys.exit(main())
