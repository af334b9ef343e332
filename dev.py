"""The developer's commands; needs Python and nothing else. `python3 dev.py` lists them."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from dev_tools import checks, debian, environment, locking, parts
from dev_tools.places import ROOT
from dev_tools.stop import Stop

SCREEN = "-screen 0 1360x860x24 -nolisten tcp"
NO_SCREEN = """There is no screen here, so no window can open.
Run this on a desktop, or look at pictures instead:  python3 dev.py shots pictures"""


def run(arguments: Sequence[str]) -> int:
    """Open the rehearsal desk, or with --office the real one."""
    office = "--office" in arguments
    rest = [word for word in arguments if word != "--office"]
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        if os.environ.get("QT_QPA_PLATFORM") not in ("offscreen", "minimal", "vnc"):
            raise Stop(NO_SCREEN)
    python = environment.ensure()
    debian.ensure_qt(screen="DISPLAY" in os.environ)
    return _call([str(python), "-m", "pcc_desk", *([] if office else ["--rehearsal"]), *rest])


def test(arguments: Sequence[str]) -> int:
    """Check everything; with pytest arguments, run just those tests."""
    python = environment.ensure()
    debian.ensure_qt(screen=sys.platform == "linux")
    _ensure_servers()
    if arguments:
        return checks.run_tests(python, arguments)
    failed = checks.lint(python)
    if checks.run_tests(python, ["-q", "tests/test_house.py", "tests"]):
        failed.append("tests (pytest)")
    print(
        "\nAll is well: style, layout, types, floors and tests."
        if not failed
        else f"\nNot right yet: {', '.join(failed)}."
    )
    return 1 if failed else 0


def lint(arguments: Sequence[str]) -> int:
    """Check style, layout, types and floors."""
    failed = checks.lint(environment.ensure())
    print("All is well." if not failed else f"Not right yet: {', '.join(failed)}.")
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """Measure: progress on the error stream, one JSON line a figure on the output."""
    python = environment.ensure()
    command = [str(python), "-m", "benchmarks", *arguments]
    if sys.platform == "linux":
        debian.ensure_qt(screen=True)
        parts.have([parts.XVFB, parts.KEYRING], "measure with a pretended screen and a real keyring")
        command = ["xvfb-run", "-a", "-s", SCREEN, *command]
    return _call(command)


def shots(arguments: Sequence[str]) -> int:
    """Draw every screen of the rehearsal desk into the folder DIR."""
    if len(arguments) != 1:
        raise Stop("Say which folder the pictures go to:  python3 dev.py shots DIR")
    python = environment.ensure()
    debian.ensure_qt(screen=False)
    drawn = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return _call([str(python), "-m", "pcc_desk", "--rehearsal", "--shots", os.path.abspath(arguments[0])], drawn)


def installer(arguments: Sequence[str]) -> int:
    """Build what the office installs."""
    return _call([str(environment.ensure()), "build_installer.py", *arguments])


def lock(arguments: Sequence[str]) -> int:
    """Write the lock anew from pyproject.toml; with --upgrade, to the newest versions."""
    locking.write(upgrade="--upgrade" in arguments)
    return 0


def setup(arguments: Sequence[str]) -> int:
    """Make the environment and check the system libraries."""
    python = environment.ensure()
    debian.ensure_qt(screen=False)
    print(f"Ready: {python}")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    command.__name__: command for command in (run, test, lint, bench, shots, installer, lock, setup)
}


def _ensure_servers() -> None:
    if sys.platform != "linux":
        return
    try:
        parts.ensure()
    except Stop as reason:
        if os.environ.get("CI"):
            raise
        print(f"{reason}\nGoing on without: the tests that need it are skipped.", file=sys.stderr)


def _call(command: Sequence[str], settings: dict[str, str] | None = None) -> int:
    return subprocess.run(command, cwd=ROOT, env=settings, check=False).returncode


def main(arguments: Sequence[str]) -> int:
    """Run the command named first and return the exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print("python3 dev.py COMMAND\n" + "\n".join(f"  {name:10}{c.__doc__}" for name, c in COMMANDS.items()))
        return 2 if arguments else 0
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
