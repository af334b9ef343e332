"""The steps of a build, told as they go and kept in build-report.json."""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from installer.plan import Plan

T = TypeVar("T")


class Progress:
    """Runs the steps one after another, says how long each took, and keeps what each found."""

    def __init__(self, plan: Plan) -> None:
        """Write build-report.json for `plan` into its folder of outputs."""
        self._out = plan.out / "build-report.json"
        self._began = time.monotonic()
        self._told: dict[str, Any] = {
            "plan": {name: str(kept) for name, kept in asdict(plan).items()},
            "machine": {"system": platform.platform(), "python": sys.version.split()[0], "busy": _busy()},
            "passed": False,
            "steps": [],
        }

    def step(self, name: str, work: Callable[[], object]) -> None:
        """Take one step; what it returns is kept in the report. Raises: whatever the step raises."""
        began = time.monotonic()
        print(f"{name} …", flush=True)
        found: object = None
        try:
            found = work()
        except BaseException as failure:
            self._keep(name, began, False, str(failure))
            raise
        self._keep(name, began, True, found)
        print(f"{name}: {_brief(found)}{time.monotonic() - began:.0f} s", flush=True)

    def enter(self, name: str, held: ExitStack, make: Callable[[], AbstractContextManager[T]]) -> T:
        """Make something as a step and keep it until `held` ends. Raises: whatever making it raises."""
        made: list[T] = []
        self.step(name, lambda: made.append(held.enter_context(make())))
        return made[0]

    def finish(self) -> None:
        """Say that every step was taken and none failed."""
        self._told["passed"] = True
        self._write()
        print("Most of the time: " + ", ".join(list(self._told["time"].values())[:5]))
        print(f"ALL CHECKS PASSED in {time.monotonic() - self._began:.0f} s", flush=True)

    def _keep(self, name: str, began: float, passed: bool, found: object) -> None:
        seconds = round(time.monotonic() - began, 1)
        self._told["steps"].append({"name": name, "seconds": seconds, "passed": passed, "found": found})
        self._told["seconds"] = round(time.monotonic() - self._began, 1)
        self._told["time"] = where_time_goes(self._told["steps"])
        self._write()

    def _write(self) -> None:
        self._out.parent.mkdir(parents=True, exist_ok=True)
        self._out.write_text(json.dumps(self._told, indent=2, default=_plain, ensure_ascii=False) + "\n", "utf-8")


def where_time_goes(steps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Give each step's seconds and its share of the whole, the longest first."""
    whole = sum(float(each["seconds"]) for each in steps) or 1.0
    longest = sorted(steps, key=lambda each: -float(each["seconds"]))
    return {
        str(each["name"]): f"{each['name']} {each['seconds']:.0f} s ({100 * each['seconds'] / whole:.0f} %)"
        for each in longest
    }


def _busy() -> str:
    # How many programs want a processor, beside how many processors there are.
    return f"{os.getloadavg()[0]:.1f} for {os.cpu_count()}" if hasattr(os, "getloadavg") else f"{os.cpu_count()}"


def _brief(found: object) -> str:
    return f"{found}, " if isinstance(found, str) else ""


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else repr(value)
