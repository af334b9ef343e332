"""The command line: which desk to open, or a picture to decode for another desk."""

import argparse
import sys
from pathlib import Path

from pcc_desk import __version__


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; see `--help` for each word."""
    parser = argparse.ArgumentParser(prog="pcc-desk", description="One desk for everything an office says in public.")
    parser.add_argument("--version", action="version", version=f"PCC Desk {__version__}")
    parser.add_argument("--rehearsal", action="store_true", help="open the sample office: nothing real, nothing sent")
    parser.add_argument("--data", type=Path, help="the folder that holds the office (made when missing)")
    parser.add_argument("--shots", type=Path, metavar="DIR", help="save a picture of every panel in DIR and stop")
    parser.add_argument("--quit", action="store_true", help="ask the desk that is open to close, and open none")
    parser.add_argument("--tray", action="store_true", help="begin beside the clock, without the window")
    parser.add_argument("--selftest", action="store_true", help="try on this PC what an office relies on, then stop")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the self-test writes what it found")
    parser.add_argument("--marks", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--picture-child", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.selftest != (wanted.out is not None):
        parser.error("--selftest and --out FILE go together")
    return wanted


def main() -> int:
    """Open what the command line asks for and give the exit code."""
    wanted = read_arguments(sys.argv[1:])
    # Imported here: decoding a picture must not load the window, and the window must not load the decoder.
    if wanted.picture_child:
        from pcc_desk.media.child import main as decode

        return decode()
    from pcc_desk.app.loading import load_qt

    load_qt()
    from pcc_desk.app.desk import Start
    from pcc_desk.app.run import run

    return run(Start(wanted.data, wanted.rehearsal, wanted.shots, wanted.out, wanted.quit, wanted.tray, wanted.marks))


if __name__ == "__main__":
    sys.exit(main())
