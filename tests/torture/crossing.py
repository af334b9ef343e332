"""One desk with the real adapters of ten platforms, which sends the same words to all of them through troubles."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pcc_desk.channels.manners import Manners
from pcc_desk.channels.opening import Opening
from pcc_desk.channels.platforms import ADAPTERS, Adapter
from pcc_desk.channels.wire import Wire
from pcc_desk.checks.captions import read_captions
from pcc_desk.model.account import Account, Identity
from pcc_desk.model.announcement import Announcement, PlacedPicture
from pcc_desk.model.channel import Channel
from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.model.film import PlacedFilm
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.compose import Compose
from pcc_desk.services.films import Films
from pcc_desk.services.keeping import origin_of
from pcc_desk.services.outbox import Outbox
from pcc_desk.store import accounts, secrets
from tests.channels.footage import CAPTIONS
from tests.desk import PASSWORD, Clock, open_store
from tests.media.films import film_file
from tests.media.samples import jpeg
from tests.servers.mail import MailSystem
from tests.torture.gates import Gated
from tests.torture.ten_places import ten_places
from tests.torture.troubles import WEIGHTS, Trouble

LATER = 400.0  # seconds from run to run: longer than any wait of the desk between two looks
MOST_RUNS = 60
_ENDED = (DeliveryState.SENT, DeliveryState.HELD, DeliveryState.UNSURE)
_FILMS_ONLY, _NO_FILMS = "youtube", "email"
Table = Mapping[str, tuple[DeliveryState, int]]  # by platform: where it stands, and how many copies there are


class Crossing:
    """The desk, its ten accounts and the places they lead to; a context manager."""

    def __init__(self, folder: Path, system: MailSystem, blind: bool = False, hasty: bool = False) -> None:
        """With `blind` no look sees anything; with `hasty` every doubt is taken for a plain failure."""
        self._stack, self.clock = ExitStack(), Clock()
        self._store = open_store(folder)
        self._stack.callback(self._store.close)
        self.places = ten_places(self.clock, system, self._stack)
        adapters = {name: self._gated(ADAPTERS[name], blind, hasty) for name in self.places}
        manners = Manners()
        open_wire = partial(Wire, now=self.clock, manners=manners)
        self._accounts = Accounts(self._store, adapters, open_wire)
        self._compose = Compose(self._store, self._accounts)
        self._outbox = Outbox(self._store, self._accounts, patience=120)
        self._stack.callback(self._outbox.stop)
        self._ours = {name: self._enter(name) for name in self.places}
        self._names = {account.id: name for name, account in self._ours.items()}
        taken = Films(self._store).add(film_file(folder), self.clock())
        assert taken is not None
        self._film = PlacedFilm(
            taken.film, captions=read_captions(CAPTIONS.encode(), "talk.vtt", 20.0), alt="The commissioner speaks"
        )
        self._picture = PlacedPicture(self._compose.add_picture(jpeg(), "hall.jpeg"), "The town hall")

    def __enter__(self) -> "Crossing":
        return self

    def __exit__(self, *why: object) -> None:
        self._stack.close()

    def draw(self, chance: Random) -> Mapping[str, Sequence[Trouble]]:
        """Draw three troubles for each place."""
        return {name: chance.choices(tuple(Trouble), WEIGHTS, k=3) for name in self.places}

    def cross(self, number: int, troubles: Mapping[str, Sequence[Trouble]]) -> Table:
        """Send the same words to all ten through their troubles; give the table when only a person can go on."""
        for name, place in self.places.items():
            place.gate.troubles[:] = troubles[name]
            place.gate.met.clear()
        sent = self._send(number)
        self._run_to_the_end(sent)
        return self._table(number, sent)

    def decide(self, number: int) -> Table:
        """Let a person do what is asked of them, with no trouble left, and give the table then."""
        for place in self.places.values():
            place.gate.troubles.clear()
        for delivery in self._deliveries(self._sent):
            if delivery.state is DeliveryState.HELD:
                self._outbox.retry(delivery.id, self.clock())
            elif delivery.state is DeliveryState.UNSURE:
                there = self.places[self._names[delivery.account_id]].copies(_word(number))
                decide = partial(self._outbox.confirm_posted, url="") if there else self._outbox.confirm_absent
                decide(delivery.id, now=self.clock())
        self._run_to_the_end(self._sent)
        self.clock.advance(hours=1)  # no platform's ration of a day is used up
        return self._table(number, self._sent)

    def met(self) -> Mapping[str, Sequence[Trouble | None]]:
        """Give what the calls of each place have met since the words were sent."""
        return {name: tuple(place.gate.met) for name, place in self.places.items()}

    def _send(self, number: int) -> list[Announcement]:
        """Approve the words with what each platform takes: no platform takes all, so two announcements carry them.

        A picture goes to nine and a film to YouTube, and every third time a film to nine and a picture to the email.
        """
        films = set(self.places) - {_NO_FILMS} if number % 3 == 2 else {_FILMS_ONLY}
        with_film = self._write(number, films)
        with_picture = self._write(number, set(self.places) - films)
        drafts = [replace(with_film, film=self._film), replace(with_picture, pictures=(self._picture,))]
        self._sent = [self._compose.save(draft, self.clock()) for draft in drafts]
        for announcement in self._sent:
            self._compose.approve(announcement.id, self.clock())
        return self._sent

    def _write(self, number: int, names: Iterable[str]) -> Announcement:
        draft = self._compose.begin(self.clock())
        chosen = tuple(self._ours[name].id for name in names)
        words = f"{_word(number)}: the meeting is on Tuesday at seven. Dewch i’r cyfarfod."
        return self._compose.save(replace(draft, title=_word(number), text=words, accounts=chosen), self.clock())

    def _run_to_the_end(self, sent: Iterable[Announcement]) -> None:
        for _ in range(MOST_RUNS):
            self._outbox.run_due(self.clock)
            self.clock.advance(LATER)
            if all(delivery.state in _ENDED for delivery in self._deliveries(sent)):
                return

    def _deliveries(self, sent: Iterable[Announcement]) -> list[Delivery]:
        return [each for announcement in sent for each in self._outbox.of_announcement(announcement.id)]

    def _table(self, number: int, sent: Iterable[Announcement]) -> Table:
        found = {self._names[each.account_id]: each.state for each in self._deliveries(sent)}
        return {name: (state, self.places[name].copies(_word(number))) for name, state in found.items()}

    def _gated(self, adapter: Adapter, blind: bool, hasty: bool) -> Adapter:
        def open_channel(opening: Opening) -> Channel:
            channel: Any = adapter.open(opening)
            for part in (channel, getattr(channel, "uploads", channel)):
                if hasattr(part, "_wait"):  # for a film that is being prepared
                    part._wait = lambda seconds: None
            return Gated(channel, self.places[adapter.platform.name].gate, blind, hasty)

        return Adapter(adapter.platform, adapter.sign_in, open_channel)

    def _enter(self, name: str) -> Account:
        """Sign in, or keep an account as after a sign-in in the web browser."""
        entry = self.places[name].entry
        if not isinstance(entry, Identity):
            return self._accounts.connect(entry, self.clock())
        with self._store.write() as conn:
            known = accounts.add(conn, name, entry, self.clock())
            for secret, value in {"access": PASSWORD, "app_id": "client", "app_secret": "secret"}.items():
                secrets.put(conn, known, origin_of(entry.address), secret, value)
            account = accounts.get(conn, known)
        assert account is not None
        return account


def _word(number: int) -> str:
    return f"News{number:05}"
