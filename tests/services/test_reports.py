"""Figures are counted from the record, and the file cannot run as a formula."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.message import MessageState
from pcc_desk.model.report import Figures, Report
from pcc_desk.services.reports import Reports
from pcc_desk.services.tables import safe_cell
from pcc_desk.store.engine import Store
from tests.desk import NOW, open_store
from tests.planting import Plant, plant_account, plant_announcement, plant_delivery, plant_message

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FROM, TO = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
SENT, OPEN, DONE = DeliveryState.SENT, MessageState.OPEN, MessageState.DONE


@pytest.fixture
def store(desk_dir: Path) -> Iterator[Store]:
    """A real encrypted database."""
    store = open_store(desk_dir)
    yield store
    store.close()


@pytest.fixture
def reports(store: Store) -> Reports:
    """The reports of that database."""
    bluesky = ADAPTERS["bluesky"].platform
    return Reports(store, [bluesky, replace(bluesky, name="wordpress", title="Website")])


def plant_month(store: Store) -> None:
    """Plant a November on two channels, with something just outside it on each side."""
    with store.write() as conn:
        bluesky, site = plant_account(conn, name="Wexmoor"), plant_account(conn, "wordpress", "News")
        number = plant_announcement(conn, "News", None, FROM)
        for at in (FROM - HOUR, FROM, TO - HOUR, TO):
            plant_delivery(conn, Plant(bluesky, at, SENT, announcement_id=number))
        plant_delivery(conn, Plant(site, FROM + DAY, SENT, announcement_id=number))
        plant_delivery(conn, Plant(site, FROM + DAY, DeliveryState.HELD, announcement_id=number))
        for state in (OPEN, OPEN, MessageState.WAITING):
            plant_message(conn, bluesky, FROM + DAY, state)
        for at in (FROM - HOUR, TO):
            plant_message(conn, bluesky, at, OPEN)
        for wait in (1, 2, 9):
            answered = plant_message(conn, bluesky, FROM + DAY, DONE)
            plant_delivery(conn, Plant(bluesky, FROM + DAY + wait * HOUR, SENT, message_id=answered))
            plant_delivery(conn, Plant(bluesky, FROM + 5 * DAY, SENT, message_id=answered))
        unsent = plant_message(conn, site, FROM + DAY, OPEN)
        plant_delivery(conn, Plant(site, FROM + DAY, DeliveryState.DUE, message_id=unsent))


def test_each_channel_is_counted_for_the_period_only(reports: Reports, store: Store) -> None:
    plant_month(store)
    report = reports.count(FROM, TO, NOW)
    bluesky, site = report.channels
    assert bluesky == Figures(
        "Bluesky · Wexmoor", posted=2, received=6, answered=3, first_answer=2 * HOUR, still_open=2
    )
    assert site == Figures("Website · News", posted=1, received=1, answered=0, first_answer=None, still_open=1)
    assert report.together == Figures("All channels", 3, 7, 3, 2 * HOUR, 3)
    assert (report.from_at, report.to_at, report.counted_at) == (FROM, TO, NOW)


def test_an_office_without_channels_has_a_report_of_noughts(reports: Reports) -> None:
    report = reports.count(FROM, TO, NOW)
    assert report.channels == ()
    assert report.together == Figures("All channels")


def test_the_file_names_its_days_and_how_the_figures_came_about(reports: Reports, store: Store) -> None:
    plant_month(store)
    content = reports.write_csv(reports.count(FROM, TO, NOW))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["From", "2026-11-01", "to", "2026-11-30"]
    assert rows[1] == ["Counted by PCC Desk at", "2026-11-24 09:00"]
    assert all("counted" in heading for heading in rows[2][1:])
    assert rows[3] == ["Bluesky · Wexmoor", "2", "6", "3", "120", "2"]
    assert rows[4] == ["Website · News", "1", "1", "0", "", "1"]
    assert rows[5][0] == "All channels"


@settings(max_examples=10_000)
@given(
    st.text(max_size=12)
    | st.sampled_from("=+-@\t\r\n＝＋－＠").flatmap(lambda sign: st.just(f"{sign}cmd|' /C calc'!A0"))
)
def test_no_cell_begins_as_a_formula_and_no_word_is_lost(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_a_channel_named_like_a_formula_is_written_as_words(reports: Reports) -> None:
    report = Report(FROM, TO, NOW, (Figures("=HYPERLINK(1)"),), Figures("All channels"))
    assert b"'=HYPERLINK(1)" in reports.write_csv(report)
