"""One delivery and its channel: the piece that goes, put up, made right, or looked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from pcc_desk.checks.fit import Measured, find_overrun
from pcc_desk.errors import DeskError, Gone, Unauthorized, Unreachable
from pcc_desk.model.announcement import PictureId
from pcc_desk.model.channel import Channel, Edits, Piece, PieceCard, PiecePicture, Platform
from pcc_desk.model.delivery import Delivery, DeliveryState, FrozenCard, FrozenPicture, Receipt
from pcc_desk.model.film import PieceVideo, Reel
from pcc_desk.services.answer_limits import Answering, measure
from pcc_desk.services.films import KeptReel, is_whole
from pcc_desk.services.hosting import Doors, Hosting
from pcc_desk.store import deliveries, messages, pictures
from pcc_desk.store.engine import Store

Alive = Callable[[], None]


def _nothing() -> None:
    """Do nothing."""


class Posting:
    """Calls the channel for one delivery; safe to use from many threads."""

    def __init__(self, store: Store, doors: Doors) -> None:
        self._store = store
        self._doors = doors
        self._hosting = Hosting(store, doors)

    def is_as_approved(self, delivery: Delivery, alive: Alive = _nothing) -> bool:
        """Tell whether the words, the pictures and the film are, byte for byte, what was approved. Raises: StoreError.

        A film may take minutes: `alive` is called now and then.
        """
        film = delivery.frozen.film
        if film is not None and not is_whole(KeptReel(self._store, film.id, alive), film.id, film.size):
            return False
        kept = self._read(delivery)
        with self._store.read() as conn:
            return deliveries.is_as_approved(conn, delivery.id) and all(
                picture.id in kept and pictures.fingerprint(kept[picture.id]) == picture.id
                for picture in delivery.frozen.kept
            )

    def find_overrun(self, delivery: Delivery, platform: Platform) -> str:
        """Say what of a delivery the platform takes no more, since it tells its limits anew; "" is nothing."""
        # The rules of counting take as long to load as a panel, and nothing is sent before the office is open.
        from pcc_desk.channels import text as texts

        frozen, kept = delivery.frozen, self._read(delivery)
        tags = texts.Reading(frozen.text).tags if platform.limits.tags is not None else 0
        links = texts.Reading(frozen.text).links if platform.limits.links is not None else 0
        cashtags = 0 if frozen.private or platform.limits.cashtags is None else texts.cashtags(frozen.text)
        length, limit = texts.length(platform, frozen.text), platform.limits.length
        if (answering := self._answering(delivery)) is not None:
            length, limit = measure(platform, frozen.text, answering)
        platform = replace(platform, limits=replace(platform.limits, length=limit))
        measured = Measured(frozen.text, length, texts.utf8_bytes(frozen.text), tags, links, cashtags)
        return find_overrun(frozen, platform, measured, tuple(len(content) for content in kept.values()))

    def _answering(self, delivery: Delivery) -> Answering | None:
        if delivery.in_reply_to is None:
            return None
        with self._store.read() as conn:
            message = messages.get(conn, delivery.in_reply_to)
        return None if message is None else Answering(message.kind, delivery.frozen.private)

    def open(self, delivery: Delivery) -> Channel:
        """Open the channel a delivery goes through. Raises: Unauthorized, Unreachable, StoreError."""
        try:
            return self._doors.open(delivery.account_id)
        except Unauthorized:
            raise
        except DeskError as error:  # nothing has left this PC before a channel is open
            raise Unreachable(error.sentence, error.next_step, error.detail) from error

    def put_up(self, delivery: Delivery, platform: Platform, alive: Alive = _nothing) -> Receipt:
        """Publish a delivery, or put a correction in the place of what it corrects. Raises: DeskError.

        What the platform fetches itself is put on the web first, which is safe to repeat. `alive` is called now and
        then while a film is on its way.
        """
        if delivery.corrects is not None:
            return self._correct(delivery, alive)
        piece = self._piece(delivery, alive)
        channel = self.open(delivery)
        return channel.publish(_addressed(piece, self._hosting.lend(delivery, platform, piece, alive)))

    def look_for(self, delivery: Delivery) -> Receipt | None:
        """Look whether a delivery arrived; a correction is made again: twice is the same as once. Raises: DeskError."""
        if delivery.corrects is not None:
            return self._correct(delivery)
        # What is not known to have been tried may have gone out at any time since it was approved.
        since = delivery.first_attempt_at or min(delivery.created_at, delivery.due_at)
        piece = self._piece(replace(delivery, first_attempt_at=since))
        return self.open(delivery).find(_addressed(piece, self._hosting.known(delivery)))

    def _correct(self, delivery: Delivery, alive: Alive = _nothing) -> Receipt:
        with self._store.read() as conn:
            posted = None if delivery.corrects is None else deliveries.get(conn, delivery.corrects)
        if posted is None or posted.state is not DeliveryState.SENT or posted.receipt is None or posted.taken_back_at:
            raise Gone("It does not stand there any more, so there is nothing to correct.")
        # The channel knows its pictures and its answers by what was posted, so only the words are the correction's.
        piece = self._piece(posted, alive)
        changed = replace(piece, text=delivery.frozen.text, title=delivery.frozen.title)
        return cast(Edits, self.open(delivery)).edit(posted.receipt, changed)

    def _piece(self, delivery: Delivery, alive: Alive = _nothing) -> Piece:
        film = delivery.frozen.film
        reel = None if film is None else KeptReel(self._store, film.id, alive)
        return make_piece(delivery, self._read(delivery), reel)

    def _read(self, delivery: Delivery) -> Mapping[PictureId, bytes]:
        wanted = [picture.id for picture in delivery.frozen.kept]
        if not wanted:
            return {}
        with self._store.read() as conn:
            return pictures.contents(conn, wanted)


def _addressed(piece: Piece, places: Sequence[str]) -> Piece:
    """Give the piece with the addresses of its pictures, and of its film where there is one more."""
    count = len(piece.pictures)
    padded = (*places[:count], *[""] * (count - len(places)))
    pictures = tuple(replace(picture, address=at) for picture, at in zip(piece.pictures, padded, strict=True))
    film = None if piece.video is None else replace(piece.video, address="".join(places[count:]))
    return replace(piece, pictures=pictures, video=film)


def make_piece(delivery: Delivery, kept: Mapping[PictureId, bytes], reel: Reel | None = None) -> Piece:
    """Build what goes to the platform: the same delivery always gives the same piece."""
    frozen = delivery.frozen
    video = None
    if (film := frozen.film) is not None and reel is not None:
        sides = (film.width, film.height)
        video = PieceVideo(film.name, film.mime, film.size, film.seconds, *sides, reel, film.captions, alt=film.alt)
    return Piece(
        key=frozen.key,
        text=frozen.text,
        made_at=delivery.first_attempt_at or delivery.due_at,
        title=frozen.title,
        pictures=tuple(_picture(picture, kept) for picture in frozen.pictures if picture.id in kept),
        answers=delivery.answers,
        language=frozen.language,
        video=video,
        card=None if frozen.card is None else _card(frozen.card, kept),
    )


def _picture(picture: FrozenPicture, kept: Mapping[PictureId, bytes]) -> PiecePicture:
    return PiecePicture(picture.name, picture.mime, picture.width, picture.height, picture.alt, kept[picture.id])


def _card(card: FrozenCard, kept: Mapping[PictureId, bytes]) -> PieceCard:
    picture = card.picture
    shown = None if picture is None or picture.id not in kept else _picture(picture, kept)
    return PieceCard(card.address, card.title, card.description, shown)
