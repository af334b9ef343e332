"""A link card is approved with the announcement and arrives as it was approved, word for word and byte for byte."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from pcc_desk.errors import Rejected
from pcc_desk.model.announcement import Announcement, LinkCard
from pcc_desk.model.delivery import Delivery, DeliveryState, FrozenCard
from pcc_desk.model.film import PlacedFilm
from pcc_desk.store import deliveries
from pcc_desk.store.deliveries import read_frozen, write_frozen
from tests.channels.test_pages import Web
from tests.desk import ConnectedDesk, open_connected_desk
from tests.media.films import film_file

LINK = "https://example.org/plan"
CAPTIONS = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood morning.\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConnectedDesk]:
    """A desk on a rehearsal Bluesky and a website."""
    with open_connected_desk(tmp_path) as desk:
        yield desk


def draft(desk: ConnectedDesk, words: str, **more: Any) -> Announcement:
    """Keep a draft for both accounts."""
    begun = desk.services.compose.begin(desk.clock())
    return desk.services.compose.save(replace(begun, title="The plan is out", text=words, **more), desk.clock())


def send(desk: ConnectedDesk, draft: Announcement) -> tuple[Delivery, ...]:
    """Approve it, let it go out, and give its deliveries."""
    desk.services.compose.approve(draft.id, desk.clock())
    desk.services.outbox.run_due(desk.clock)
    with desk.services.accounts._store.read() as conn:
        return deliveries.of_announcement(conn, draft.id)


def shown(desk: ConnectedDesk) -> list[Any]:
    """Give what stands under each post on Bluesky."""
    return [post.record.get("embed") for post in desk.bluesky.posts]


def picture(desk: ConnectedDesk, side: int = 400) -> Any:
    """Give a kept picture."""
    made = BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(made, "PNG")
    return desk.services.compose.add_picture(made.getvalue(), "card.png")


def test_a_card_of_the_office_s_own_words_arrives(desk: ConnectedDesk) -> None:
    sent = send(desk, draft(desk, f"The plan is out. Five aims ŷ. {LINK}"))
    assert {each.state for each in sent} == {DeliveryState.SENT}
    (embed,) = shown(desk)
    assert embed["external"] == {"uri": LINK, "title": "The plan is out", "description": "Five aims ŷ."}
    on_bluesky, on_website = sorted(sent, key=lambda each: each.account_id)
    assert on_bluesky.frozen.card == FrozenCard(LINK, "The plan is out", "Five aims ŷ.")
    assert on_website.frozen.card is None  # a page needs none


def test_a_card_of_a_person_s_own_arrives_with_its_picture_and_holds_after_a_restart(desk: ConnectedDesk) -> None:
    card = LinkCard(LINK, "Y Cynllun\ufeff", "Pum nod\r\nŷ", picture(desk))
    kept = draft(desk, f"Read it: {LINK}", card=card)
    assert desk.services.compose.get(kept.id).card == replace(card, title="Y Cynllun", description="Pum nod\nŷ")
    send(desk, kept)
    (external,) = [embed["external"] for embed in shown(desk)]
    assert (external["title"], external["description"]) == ("Y Cynllun", "Pum nod\nŷ")
    assert external["thumb"]["mimeType"] in ("image/png", "image/jpeg") and external["thumb"]["size"] > 0


def test_in_a_thread_the_card_goes_with_its_link(desk: ConnectedDesk) -> None:
    on_bluesky = desk.accounts[0].id
    words = f"{'These are the first words of all. ' * 9}\n\nRead it here: {LINK}"
    send(desk, draft(desk, words, threads=(on_bluesky,)))
    desk.clock.advance(5)
    desk.services.outbox.run_due(desk.clock)
    first, *_, last = shown(desk)
    assert first is None and last["external"]["uri"] == LINK


def test_a_card_whose_kept_picture_was_changed_is_not_sent(desk: ConnectedDesk) -> None:
    kept = draft(desk, f"Read it: {LINK}", card=LinkCard(LINK, "The plan", "", picture(desk)))
    desk.services.compose.approve(kept.id, desk.clock())
    with desk.services.accounts._store.write() as conn:
        conn.execute(text("UPDATE picture SET content = :other"), {"other": b"other bytes"})
    desk.services.outbox.run_due(desk.clock)
    assert shown(desk) == []
    with desk.services.accounts._store.read() as conn:
        states = {each.account_id: each.state for each in deliveries.of_announcement(conn, kept.id)}
    assert states[desk.accounts[0].id] is DeliveryState.HELD


def test_what_was_approved_before_there_were_cards_is_read_and_proved_as_it_was() -> None:
    old = '{"answers":"","film":null,"key":"k","language":"en","pictures":[],"text":"Words","title":""}'
    assert read_frozen(old).card is None and read_frozen(write_frozen(read_frozen(old))) == read_frozen(old)


def test_a_film_arrives_on_bluesky_and_on_the_website(desk: ConnectedDesk, tmp_path: Path) -> None:
    taken = desk.services.films.add(film_file(tmp_path), desk.clock())
    assert taken is not None
    placed = PlacedFilm(taken.film, captions=CAPTIONS, alt="The commissioner speaks")
    sent = send(desk, draft(desk, f"Watch it. {LINK}", film=placed))
    assert {each.state for each in sent} == {DeliveryState.SENT}, [each.reason for each in sent]
    (embed,) = shown(desk)
    assert embed["$type"] == "app.bsky.embed.video" and embed["video"]["size"] == taken.film.size
    (page,) = desk.website.posts
    assert "<video controls" in page.content and "The commissioner speaks</figcaption>" in page.content


def test_a_card_is_fetched_from_the_page_with_its_picture_made_safe_and_sent_as_it_was_seen(
    desk: ConnectedDesk,
) -> None:
    with Web() as web:
        shot = BytesIO()
        Image.effect_noise((900, 500), 80).convert("RGB").save(shot, "JPEG")
        web.there["/map.jpg"] = (200, {"Content-Type": "image/jpeg"}, shot.getvalue())
        link = web.page(
            f'<meta property="og:title" content="{"Y Cynllun " * 30}">'
            '<meta property="og:description" content="Pum nod"><meta property="og:image" content="/map.jpg">'
        )
        card = desk.services.cards.fetch(link)
        asked = len(web.asked)
        assert len(card.title) <= 120 and card.description == "Pum nod" and card.picture is not None
        kept = draft(desk, f"Darllenwch: {link}", card=card)
        web.page('<meta property="og:title" content="Something else now">')
        send(desk, kept)
        (embed,) = shown(desk)
        assert embed["external"]["title"] == card.title and embed["external"]["thumb"]["size"] > 0
        assert len(web.asked) == asked  # sending asks the page nothing


def test_a_card_whose_picture_is_none_is_fetched_without_it(desk: ConnectedDesk) -> None:
    with Web() as web:
        web.there["/bad.jpg"] = (200, {"Content-Type": "image/jpeg"}, b"no picture at all")
        link = web.page('<title>Plan</title><meta property="og:image" content="/bad.jpg">')
        assert desk.services.cards.fetch(link) == LinkCard(link, "Plan")


def test_a_page_that_says_nothing_of_itself_is_told(desk: ConnectedDesk) -> None:
    with Web() as web, pytest.raises(Rejected, match="what it is called"):
        desk.services.cards.fetch(web.page("nothing"))
