"""All the services of one desk together."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.desk import open_connected_desk


@pytest.mark.parametrize("stopped", [True, False])
def test_a_desk_that_was_stopped_neither_sends_nor_fetches(tmp_path: Path, stopped: bool) -> None:
    with open_connected_desk(tmp_path) as desk:
        services = desk.services
        draft = replace(services.compose.begin(desk.clock()), title="Title", text="After the end.")
        services.compose.approve(services.compose.save(draft, desk.clock()).id, desk.clock())
        if stopped:
            services.stop()
        services.outbox.run_due(desk.clock)
        services.inbox.fetch_due(desk.clock)
        waiting = services.outbox.counts().waiting
        assert (waiting, len(desk.bluesky.posts)) == ((2, 0) if stopped else (0, 1))
        services.stop()
