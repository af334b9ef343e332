"""The setup for one person, made by NSIS out of the frozen folder."""

import subprocess
from pathlib import Path

from dev_tools.places import ROOT
from installer.generating import PUBLISHER
from installer.plan import NAME, BuildFailed, Plan
from installer.signing import Signer

SCRIPT = ROOT / "installer" / "setup.nsi"


def make_setup(plan: Plan, signer: Signer, target: Path, version: str, pressed: bool = True) -> str:
    """Pack the frozen folder into the setup `target` that calls itself `version`; pressing takes most of the time.

    Raises: BuildFailed.
    """
    kilobytes = sum(each.stat().st_size for each in plan.frozen.rglob("*") if each.is_file()) // 1024
    defined = {
        "VERSION": version,
        "PUBLISHER": PUBLISHER,
        "DIST": str(plan.frozen),
        "OUT": str(target),
        "ICON": str(plan.work / f"{NAME}.ico"),
        "KILOBYTES": str(kilobytes),
        # Wine without its 32-bit half runs no 32-bit setup; the one that is handed out is the usual one.
        **({"TARGET64": "1"} if plan.mode == "wine" else {}),
        **({"FAST": "1"} if plan.fast or not pressed else {}),
        **({} if pressed else {"LOOSE": "1"}),
        **({"SIGN": signer.command()} if signer.command() else {}),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    words = [f"-D{name}={said}" for name, said in defined.items()]
    done = subprocess.run(["makensis", "-V2", "-WX", *words, str(SCRIPT)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildFailed(f"makensis failed: {(done.stdout + done.stderr).strip()[-2000:]}")
    signer.verify(target)
    return f"{target.name}, {target.stat().st_size / 1e6:.1f} MB"
