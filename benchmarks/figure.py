"""One measured figure, and how two ways are compared fairly."""

import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

_PARTS = ("PySide6-Essentials", "SQLAlchemy", "sqlcipher3")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured; `ratio` is to `baseline`, in the same run, and is the part that travels between machines."""

    metric: str
    value: float
    unit: str
    ratio: float
    baseline: str
    n: int

    def line(self) -> str:
        """Write the figure as one line of JSON."""
        versions = {"Python": platform.python_version()} | {part: version(part) for part in _PARTS}
        return json.dumps(
            {
                "metric": self.metric,
                "value": round(self.value, 4),
                "unit": self.unit,
                "ratio": round(self.ratio, 3),
                "baseline": self.baseline,
                "n": self.n,
                "versions": versions,
            }
        )


def compare(baseline: Callable[[], float], candidate: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Run both in turn; give the candidate's median and the median of paired ratios. The first round warms up."""
    pairs = [(baseline(), candidate()) for _ in range(rounds + 1)][1:]
    return median(mine for _, mine in pairs), median(mine / theirs for theirs, mine in pairs)


def milliseconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Time one run of `work`, as the mean of `repeats`."""
    started = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - started) * 1000 / repeats


def cpu_seconds(work: Callable[[], object]) -> float:
    """Measure the processor time of `work`, which other programs on the machine disturb less."""
    started = time.process_time()
    work()
    return time.process_time() - started
