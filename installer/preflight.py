"""What a build needs, looked at before anything is made."""

import shutil
import subprocess
import sys
from pathlib import Path

from dev_tools import debian, parts
from dev_tools.parts import Part
from dev_tools.places import ROOT
from dev_tools.stop import Stop
from installer.plan import BuildFailed, Plan, ToolMissing
from pcc_desk import __version__

COMPILER = "gcc-mingw-w64-x86-64-win32"
WINE = (
    Part("Wine", lambda: shutil.which("wine") is not None, ("wine", "wine64")),
    Part("a screen to pretend", lambda: shutil.which("Xvfb") is not None, ("xvfb",)),
    Part(
        "a Windows compiler",
        lambda: shutil.which("x86_64-w64-mingw32-gcc") is not None,
        (COMPILER,),
    ),
    Part("fonts", lambda: any(Path("/usr/share/fonts").glob("**/*.ttf")), ("fonts-dejavu-core",)),
    Part("authorities", lambda: Path("/etc/ssl/certs/ca-certificates.crt").exists(), ("ca-certificates",)),
)
SETUPS = (
    Part("NSIS", lambda: shutil.which("makensis") is not None, ("nsis",)),
    Part("wixl", lambda: shutil.which("wixl") is not None, ("wixl",)),
    Part("osslsigncode", lambda: shutil.which("osslsigncode") is not None, ("osslsigncode",)),
    Part("OpenSSL", lambda: shutil.which("openssl") is not None, ("openssl",)),
)
# What brings each tool to a Windows PC.
WINDOWS_TOOLS = {
    "makensis": "choco install nsis",
    "candle": "choco install wixtoolset",
    "signtool": "winget install Microsoft.WindowsSDK.10.0.26100",
}


def check(plan: Plan) -> str:
    """Have every tool and an unmixed tree.

    Raises:
        ToolMissing: with the line that installs what is not here.
        BuildFailed: the version is not the same everywhere, or a release asks for more than this run gives.
    """
    if not (3, 11) <= sys.version_info[:2] <= (3, 13) or sys.maxsize < 2**32:
        raise BuildFailed(f"Python 3.11 to 3.13 with 64 bits is needed, and this is {sys.version.split()[0]}.")
    _check_version()
    if plan.release:
        _check_release(plan)
    if plan.mode == "windows":
        wanted = ["makensis", "candle"] if plan.formats else []
        for tool in (*wanted, *(["signtool"] if plan.sign in ("signtool", "azure") else [])):
            if not shutil.which(tool):
                raise ToolMissing(f"{tool} is not here. Please run:  {WINDOWS_TOOLS[tool]}")
        return "every tool is here"
    wanted_parts = (*WINE, *SETUPS) if plan.mode == "wine" else (parts.KEYRING,)
    try:
        debian.ensure_qt(screen=False)
        parts.have(wanted_parts, "build what an office installs")
    except Stop as reason:
        raise ToolMissing(str(reason)) from reason
    return ", ".join(part.name for part in wanted_parts)


def _check_version() -> None:
    said = (ROOT / "pyproject.toml").read_text("utf-8")
    if f'\nversion = "{__version__}"\n' not in said:
        raise BuildFailed(f"pyproject.toml and pcc_desk/__init__.py ({__version__}) name different versions.")


def _check_release(plan: Plan) -> None:
    tag = _git("describe", "--tags", "--exact-match")
    wrong = [
        *(["it must be built on Windows"] if plan.mode != "windows" else []),
        *(["it must be signed"] if plan.sign not in ("signtool", "azure") else []),
        *(["it must be packed well, without --fast"] if plan.fast else []),
        *(["it must be installed on trial, with --verify-install"] if not plan.verify_install else []),
        *([f"the commit's tag must be v{plan.version}"] if tag != f"v{plan.version}" else []),
        *(["the tree must hold no changes"] if _git("status", "--porcelain") else []),
    ]
    if wrong:
        raise BuildFailed(f"This is no release: {'; '.join(wrong)}.")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
