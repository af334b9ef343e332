"""Makes what an office installs, and proves it: frozen, self-tested, signed, packed, installed and removed again.

Exit codes: 0 all checks passed, 2 a check failed, 3 a tool is missing (its line is told).
"""

import os
import signal
import sys
from collections.abc import Sequence

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # the icon is drawn on no screen

from dev_tools.places import ROOT
from installer.building import build
from installer.plan import FAILED, MISSING, BuildFailed, ToolMissing, read_plan
from installer.progress import Progress


def main(arguments: Sequence[str]) -> int:
    """Build as the command line says and give the exit code."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that what was begun is put back
    plan = read_plan(arguments)
    os.chdir(ROOT)  # PyInstaller finds the program from here
    print(f"PCC Desk {plan.version}, mode {plan.mode}, into {plan.out}", flush=True)
    try:
        build(plan, Progress(plan))
    except ToolMissing as missing:
        print(missing, file=sys.stderr)
        return MISSING
    except BuildFailed as failure:
        print(f"NOT RIGHT: {failure}", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
