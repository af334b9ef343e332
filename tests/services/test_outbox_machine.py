"""Whatever happens in whatever order: nothing is lost or posted twice, and every delivery ends in a clear state."""

import os
import tempfile
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text

from pcc_desk.model.channel import Guarantee
from tests.desk import open_store
from tests.services.stories import Office

FAST_PLACE = "/dev/shm" if Path("/dev/shm").is_dir() else None
EXAMPLES = {"everyday": 300, "short": 400, "full": 20_000}


class OfficeThatAsks(Office):
    """The same, on a platform where only a person may say that something goes again."""

    guarantee = Guarantee.D


class OfficeThatCannotSee(Office):
    """The same, but looking never finds anything: a promise to look is worth nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.world.blind = True


class OfficeOutOfOrder(Office):
    """The same, but a part of a thread does not wait for the one before."""

    def __init__(self) -> None:
        super().__init__()
        with self.stores[0].write() as conn:
            conn.execute(text("DROP TRIGGER IF EXISTS hasty"))
            conn.execute(
                text(
                    "CREATE TRIGGER hasty AFTER INSERT ON delivery WHEN NEW.after_id IS NOT NULL "
                    "BEGIN UPDATE delivery SET after_id = NULL, part = 1 WHERE id = NEW.id; END"
                )
            )

    def teardown(self) -> None:
        """Let the parts wait again."""
        try:
            super().teardown()
        finally:
            with self.stores[0].write() as conn:
                conn.execute(text("DROP TRIGGER hasty"))


def examine(office_kind: type[Office], examples: int, phases: Collection[Phase] = tuple(Phase)) -> None:
    """Play so many stories."""
    quiet = list(HealthCheck)
    chosen = settings(max_examples=examples, stateful_step_count=20, suppress_health_check=quiet, phases=phases)
    with tempfile.TemporaryDirectory(dir=FAST_PLACE) as folder:
        stores = (open_store(Path(folder)), open_store(Path(folder)))
        here = type(office_kind.__name__, (office_kind,), {"stores": stores})
        try:
            run_state_machine_as_test(here, settings=chosen)
        finally:
            for store in stores:
                store.close()


@pytest.mark.parametrize("office_kind", [Office, OfficeThatAsks])
def test_no_story_loses_or_doubles_anything(office_kind: type[Office]) -> None:
    examine(office_kind, EXAMPLES["everyday"] // 2)


@pytest.mark.torture
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("office_kind", [Office, OfficeThatAsks])
def test_no_long_story_loses_or_doubles_anything(office_kind: type[Office]) -> None:
    examine(office_kind, EXAMPLES[os.environ["PCC_TORTURE"]])


def test_stories_find_a_desk_whose_threads_do_not_wait() -> None:
    with pytest.raises(AssertionError, match="out of order"):
        examine(OfficeOutOfOrder, 300, [Phase.generate])


def test_stories_find_a_desk_whose_looking_finds_nothing() -> None:
    with pytest.raises(AssertionError, match="posted 2 times"):
        examine(OfficeThatCannotSee, 300, [Phase.generate])
