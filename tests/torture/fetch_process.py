"""A desk in a process of its own that reads a long stream, to be killed at any moment: FOLDER ROUND.

It says the number of each page as that is asked for.
"""

import sys
from functools import partial
from pathlib import Path

from pcc_desk.model.channel import Batch
from tests.services.tap import Step, Tap, open_tapped
from tests.store.mail import incoming

PAGES, PAGE = 150, 4


def give(number: int) -> Batch:
    """Say and give page `number` of the stream; the last message of each page comes again on the next one."""
    print(number, flush=True)
    numbers = range(max(0, number * PAGE - 1), (number + 1) * PAGE)
    return Batch(tuple(incoming(one, f"word{one}") for one in numbers), str(number + 1), more=True)


def main(folder: Path, turn: int) -> None:
    """Fetch once, ten minutes after the round before, so that a lease left behind is over."""
    desk = open_tapped(folder, patience=60)
    if not desk.accounts.all():
        desk.connect("office")
    steps: dict[str, Step | list[Step]] = {str(number): partial(give, number) for number in range(1, PAGES)}
    desk.taps["office"] = Tap(steps | {"": partial(give, 0)})
    desk.fetch(minutes=10 * turn)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
