"""An office that came back from a backup posts nothing a second time."""

from pathlib import Path

import pytest

from pcc_desk.model.channel import Guarantee
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.store.restore import restore
from tests.desk import KEY, Clock, open_store
from tests.services.scripted import SETTLE, Desk, World, assemble


def go_back(folder: Path, desk: Desk, backup: Path) -> Desk:
    """Close a desk, restore its backup, and open it again on the same world."""
    desk.outbox.stop()
    desk.store.close()
    restore(folder / "desk.db", KEY, backup, desk.clock())
    return assemble(open_store(folder), desk.world, desk.clock)


@pytest.mark.parametrize("posted", [True, False])
def test_what_the_backup_calls_due_is_looked_for_and_never_posted_twice(tmp_path: Path, posted: bool) -> None:
    desk = assemble(open_store(tmp_path), World(), Clock())
    assert desk.accounts.platforms()[0].guarantee is Guarantee.C, "nothing at the platform keeps a second copy away"
    desk.connect("office")
    desk.send()
    backup = desk.store.back_up(desk.clock())
    if posted:
        desk.run()
    desk = go_back(tmp_path, desk, backup)
    assert desk.states() == [DeliveryState.UNCONFIRMED]
    assert desk.office.profile().paused_at == desk.clock()
    for _ in range(3):
        desk.run(seconds=SETTLE)
    assert len(desk.world.posted) == posted, "while everything is paused it is only looked for"
    desk.office.resume(desk.clock())
    desk.run()
    assert desk.states() == [DeliveryState.SENT] and len(desk.world.posted) == 1
    desk.outbox.stop()
    desk.store.close()
