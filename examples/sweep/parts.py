"""Splits the seeds of a sweep into parts, each with the command that simulates it. Used by the drivers in this folder."""

import argparse
import os
import sys
from pathlib import Path


def arguments(description):
    """The command line that all drivers have."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", help="the scene's RON file, at the same path on every machine")
    parser.add_argument("--seeds", required=True, metavar="FROM..TO", help="FROM is the first seed, TO the one after the last")
    parser.add_argument("--parts", type=int, default=10, help="number of tasks; some per core, so that all end together")
    parser.add_argument("--folder", required=True, help="folder for the parts, on a drive that every machine has")
    parser.add_argument("--program", default=os.environ.get("LONGHAND", "longhand"), help="the program, the same file everywhere")
    parser.epilog = "What follows `--` is given to each `longhand sweep`: -- --set warmth=2"
    return parser


def parse(parser):
    """Parses the command line. What follows `--` is for `longhand sweep`."""
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    options = parser.parse_args(words[:end])
    options.sweep_options = words[end + 1 :]
    return options


def split(options):
    """The file of each part, and the command that simulates it or continues it."""
    first, end = (int(seed) for seed in options.seeds.split(".."))
    count = min(options.parts, end - first)
    folder = Path(options.folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    bounds = [first + (end - first) * part // count for part in range(count + 1)]
    # Names that sort by number.
    files = [folder / f"part-{part:05}.sweep" for part in range(count)]
    program = str(Path(options.program).resolve()) if "/" in options.program else options.program
    start = [program, "sweep", str(Path(options.scene).resolve())]
    return [
        (file, [*start, "--seeds", f"{low}..{high}", "--threads", "1", "--keep", str(file), *options.sweep_options])
        for file, low, high in zip(files, bounds, bounds[1:])
    ]
