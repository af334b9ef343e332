"""Measure: `python -m benchmarks [NAME…]`, a name being a module here or a metric; one line of JSON a figure."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Protocol, cast

import benchmarks
from benchmarks.figure import Figure


class Benchmark(Protocol):
    """A module that measures: it names its metrics and yields a figure for each."""

    METRICS: tuple[str, ...]

    def measure(self) -> Iterator[Figure]:
        """Measure every metric of the module."""


def discover() -> dict[str, Benchmark]:
    """Give every measuring module by name."""
    modules: dict[str, ModuleType] = {
        found.name: importlib.import_module(f"benchmarks.{found.name}")
        for found in pkgutil.iter_modules(benchmarks.__path__)
        if found.name != "__main__"
    }
    return {name: cast(Benchmark, module) for name, module in modules.items() if hasattr(module, "METRICS")}


def main(names: Sequence[str]) -> int:
    """Print the figures asked for, or all of them, and give the exit code."""
    known = discover()
    unknown = [name for name in names if name not in known and not any(name in one.METRICS for one in known.values())]
    if unknown:
        choices = "\n".join(f"  {name:16}{', '.join(one.METRICS)}" for name, one in known.items())
        print(f"Nothing measures {', '.join(unknown)}. There are:\n{choices}", file=sys.stderr)
        return 2
    for name, one in known.items():
        wanted = set(one.METRICS) if not names or name in names else set(one.METRICS) & set(names)
        if wanted:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            for figure in one.measure():
                if figure.metric in wanted:
                    print(figure.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
