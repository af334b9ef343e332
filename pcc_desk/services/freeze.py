"""Freezing: exactly what goes to each account, pictures fitted to its platform, decided at approval and never after."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from pcc_desk.checks.cards import find_place
from pcc_desk.errors import BadPicture
from pcc_desk.media import pictures as media
from pcc_desk.media.values import CleanPicture, PictureLimits
from pcc_desk.model.account import Account
from pcc_desk.model.announcement import Announcement, Fit, LinkCard, Picture, PictureId, PlacedPicture
from pcc_desk.model.channel import Ability, Limits, Platform
from pcc_desk.model.cropping import Shape
from pcc_desk.model.delivery import Frozen, FrozenCard, FrozenPicture
from pcc_desk.model.film import FrozenFilm, PlacedFilm
from pcc_desk.store.pictures import fingerprint

# A pasted file begins with the first; the others are no characters. X refuses a whole post for one of them.
_NO_TEXT = str.maketrans("", "", "\ufeff\ufffe\uffff")
_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png"}


@dataclass(frozen=True, slots=True)
class Target:
    """An account an announcement goes to, with its platform."""

    account: Account
    platform: Platform


class Freezer:
    """Freezes one announcement for its accounts; a picture is fitted once for all platforms with the same limits."""

    def __init__(self, read: Callable[[PictureId], bytes]) -> None:
        """Read the bytes of kept pictures with `read`."""
        self._read = read
        self._fitted: dict[tuple[PictureId, PictureLimits], CleanPicture] = {}
        self.made: dict[PictureId, tuple[Picture, bytes]] = {}  # pictures to keep with the approval

    def freeze(self, announcement: Announcement, target: Target, fit: Fit) -> tuple[Frozen, ...]:
        """Give what goes to one account, byte for byte: one piece, or the parts of a thread. Raises: BadPicture.

        Title, pictures and film go with the first part, a link card with the part in which its link stands.
        """
        platform = target.platform
        most = platform.limits
        limits = PictureLimits(most.picture_bytes, most.picture_side, most.photos_only)
        first, *more = [part.text for part in fit.parts] or [announcement.wording_for(target.account.id)]
        card = None if fit.card is None else self._freeze_card(fit.card, limits)
        place = 0 if card is None else find_place(card.address, fit.parts)
        whole = Frozen(
            text=first,
            title=announcement.title if Ability.TITLE in platform.abilities else "",
            pictures=tuple(
                self._freeze_picture(placed, _cropping(limits, placed, most)) for placed in announcement.pictures
            ),
            film=None if announcement.film is None else _freeze_film(announcement.film, platform),
            card=card if place == 0 else None,
        )
        rest = (Frozen(text, card=card if place == number else None) for number, text in enumerate(more, start=1))
        return whole, *rest

    def _freeze_card(self, card: LinkCard, limits: PictureLimits) -> FrozenCard:
        shown = None if card.picture is None else self._freeze_picture(PlacedPicture(card.picture), limits)
        return FrozenCard(card.address, card.title, card.description, shown)

    def _freeze_picture(self, placed: PlacedPicture, limits: PictureLimits) -> FrozenPicture:
        key = (placed.picture.id, limits)
        if key not in self._fitted:
            try:
                self._fitted[key] = media.fit(self._read(placed.picture.id), limits)
            except BadPicture as bad:
                name = placed.picture.name
                raise BadPicture(f"“{name}” cannot be made to fit. {bad.sentence}", bad.next_step, bad.detail) from bad
        made = self._fitted[key]
        fitted = describe(made, placed.picture.name)
        self.made[fitted.id] = (fitted, made.content)
        alt = "" if placed.decorative_because.strip() else placed.alt
        return FrozenPicture(fitted.id, fitted.name, fitted.mime, fitted.width, fitted.height, alt)


def _cropping(limits: PictureLimits, placed: PlacedPicture, most: Limits) -> PictureLimits:
    """Add the shape a platform shows, where a person has chosen to crop to it."""
    if placed.focus is None or placed.crop_for(Shape(most.narrowest, most.widest)) is None:
        return limits
    across, down = placed.focus.across, placed.focus.down
    return replace(limits, narrowest=most.narrowest, widest=most.widest, across=across, down=down)


def _freeze_film(placed: PlacedFilm, platform: Platform) -> FrozenFilm:
    film = placed.film
    return FrozenFilm(
        film.id,
        film.name,
        film.mime,
        film.size,
        film.seconds,
        film.width,
        film.height,
        captions=placed.captions if Ability.CAPTIONS in platform.abilities else "",
        alt=placed.alt,
    )


def describe(made: CleanPicture, name: str) -> Picture:
    """Describe a safe picture; its name keeps the file's stem and takes the ending of what it is now."""
    stem = name.rpartition(".")[0] or name
    return Picture(
        fingerprint(made.content),
        stem + _ENDINGS[made.mime],
        made.mime,
        made.width,
        made.height,
        len(made.content),
    )


def clean_words(announcement: Announcement) -> Announcement:
    """Take out what no text can hold: half characters and zeros from a bad paste, and line ends in a title."""
    return replace(
        announcement,
        title=" ".join(clean_text(announcement.title).splitlines()),
        text=clean_text(announcement.text),
        wordings={
            account_id: replace(own, text=clean_text(own.text), based_on=clean_text(own.based_on))
            for account_id, own in announcement.wordings.items()
        },
        pictures=tuple(
            replace(placed, alt=clean_text(placed.alt), decorative_because=clean_text(placed.decorative_because))
            for placed in announcement.pictures
        ),
        film=None if announcement.film is None else _clean_film(announcement.film),
        card=None if announcement.card is None else _clean_card(announcement.card),
    )


def _clean_card(card: LinkCard) -> LinkCard:
    return replace(card, title=clean_text(card.title), description=clean_text(card.description))


def _clean_film(placed: PlacedFilm) -> PlacedFilm:
    return replace(
        placed,
        captions=clean_text(placed.captions),
        uncaptioned_because=clean_text(placed.uncaptioned_because),
        alt=clean_text(placed.alt),
        undescribed_because=clean_text(placed.undescribed_because),
    )


def clean_text(text: str) -> str:
    """Give a text that can be stored and sent: whole characters only, no hidden marks of a file, lines ended by LF."""
    whole = text.encode("utf-8", "replace").decode().translate(_NO_TEXT) if not text.isascii() else text
    return whole.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
