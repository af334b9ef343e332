"""What typing and choosing do to an announcement: pure functions from one value to the next."""

from collections.abc import Mapping
from dataclasses import replace

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Announcement, AnnouncementId, PlacedPicture, Wording
from pcc_desk.model.channel import Platform
from pcc_desk.model.cropping import Shape
from pcc_desk.ui.reading.presence import Presences

NO_ID = AnnouncementId(0)  # no announcement is open
NAME_LENGTH = 60  # characters of an announcement without a title that stand for its name


def write(announcement: Announcement, account: AccountId | None, text: str) -> Announcement:
    """Put `text` in the shared text (account None) or in one account's own wording.

    A wording that says what the shared text says is no wording of its own.
    """
    if account is None:
        return replace(announcement, text=text)
    if text == announcement.text:
        return share(announcement, account)
    own = announcement.wordings.get(account)
    based_on = announcement.text if own is None else own.based_on
    return replace(announcement, wordings={**announcement.wordings, account: Wording(text, based_on)})


def share(announcement: Announcement, account: AccountId) -> Announcement:
    """Let an account use the shared text again."""
    left = {each: own for each, own in announcement.wordings.items() if each != account}
    return replace(announcement, wordings=left)


def confirm(announcement: Announcement, account: AccountId) -> Announcement:
    """Keep an account's own wording although the shared text has changed since."""
    own = announcement.wordings[account]
    return replace(announcement, wordings={**announcement.wordings, account: replace(own, based_on=announcement.text)})


def is_stale(announcement: Announcement, account: AccountId) -> bool:
    """Tell whether the shared text has changed since the account's own wording was made from it."""
    own = announcement.wordings.get(account)
    return own is not None and own.based_on != announcement.text


def choose(announcement: Announcement, account: AccountId, on: bool) -> Announcement:
    """Send to an account, or not; its own wording is kept in case it is chosen again."""
    left = tuple(each for each in announcement.accounts if each != account)
    return replace(announcement, accounts=(*left, account) if on else left)


def thread(announcement: Announcement, account: AccountId, on: bool) -> Announcement:
    """Send to an account as a thread where it is too long for one post, or not."""
    left = tuple(each for each in announcement.threads if each != account)
    return replace(announcement, threads=(*left, account) if on else left)


def add_picture(announcement: Announcement, placed: PlacedPicture) -> Announcement:
    """Put one more picture at the end; the same picture is placed once."""
    if any(each.picture.id == placed.picture.id for each in announcement.pictures):
        return announcement
    return replace(announcement, pictures=(*announcement.pictures, placed))


def shapes_for(announcement: Announcement, presences: Presences) -> Mapping[str, Shape]:
    """Give the shapes of pictures that the chosen platforms show, by title, where they do not show every one."""
    chosen = [presences[account].platform for account in announcement.accounts if account in presences]
    shapes = {each.title: Shape(each.limits.narrowest, each.limits.widest) for each in chosen}
    return {title: shape for title, shape in shapes.items() if shape != Shape()}


def name_of(announcement: Announcement) -> str:
    """Give the title, or the first words, or what a new announcement is called."""
    words = " ".join(announcement.title.split()) or " ".join(announcement.text[: 4 * NAME_LENGTH].split())
    if len(words) > NAME_LENGTH:
        words = words[:NAME_LENGTH].rsplit(" ", 1)[0] + "…"
    return words or "New announcement"


def say_count(count: int, one: str) -> str:
    """Say a number of things: "1 channel", "2 channels"."""
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def say_missing(announcement: Announcement, platform: Platform) -> str:
    """Say what a platform cannot do without and has not been given, or ""."""
    if platform.needs_video and announcement.film is None:
        return "needs a film"
    bare = not announcement.pictures and announcement.film is None
    return "needs a picture" if platform.needs_picture and bare else ""
