"""What keeps an announcement from fitting a platform, one plain sentence each."""

from dataclasses import dataclass

from pcc_desk.model.announcement import Announcement, PlacedPicture
from pcc_desk.model.channel import Ability, Platform
from pcc_desk.model.cropping import Shape
from pcc_desk.model.delivery import Frozen

_SAME_SHAPE = 0.02  # nobody sees so little cut off


@dataclass(frozen=True, slots=True)
class Measured:
    """A text with its length as the platform counts it, its size in UTF-8 bytes, its hashtags and different links.

    `cashtags` are names such as "$BP". `thread_of` is how many parts it would have as a thread, or 0; `threaded` means
    that a thread was chosen.
    """

    text: str
    length: int
    utf8_bytes: int
    tags: int = 0
    links: int = 0
    cashtags: int = 0
    thread_of: int = 0
    threaded: bool = False


def find_overrun(frozen: Frozen, platform: Platform, measured: Measured, sizes: tuple[int, ...]) -> str:
    """Say what of an approved piece, with pictures of these sizes in bytes, a platform takes no more; "" is nothing.

    What it took at approval it may refuse later, because it tells its limits anew.
    """
    limits, title = platform.limits, platform.title
    if limits.length is not None and measured.length > limits.length:
        over = measured.length - limits.length
        return f"{title} takes {limits.length:,} characters now. This has {over:,} too many."
    if limits.utf8_bytes is not None and measured.utf8_bytes > limits.utf8_bytes:
        return f"{title} takes fewer accents and emoji now."
    if limits.tags is not None and measured.tags > limits.tags:
        return f"{title} takes {_count(limits.tags, 'hashtag')} now. This has {measured.tags}."
    if limits.links is not None and measured.links > limits.links:
        return f"{title} takes {_count(limits.links, 'link')} now. This has {measured.links}."
    if limits.cashtags is not None and measured.cashtags > limits.cashtags:
        return f"{title} takes {_cashtags(limits.cashtags)} now. This has {measured.cashtags}."
    if limits.title is not None and len(frozen.title) > limits.title:
        return f"{title} takes a title of {limits.title:,} characters now. This one is longer."
    return _find_media_overrun(frozen, platform, sizes)


def _find_media_overrun(frozen: Frozen, platform: Platform, sizes: tuple[int, ...]) -> str:
    limits, title = platform.limits, platform.title
    if len(frozen.pictures) > limits.pictures > 0:
        return f"{title} takes {_count(limits.pictures, 'picture')} now. This has {len(frozen.pictures)}."
    widest = max((max(each.width, each.height) for each in frozen.pictures), default=0)
    if any(size > limits.picture_bytes > 0 for size in sizes) or widest > limits.picture_side:
        return f"A picture is larger than {title} takes now."
    if limits.alt_length and any(len(picture.alt) > limits.alt_length for picture in frozen.pictures):
        return f"{title} takes shorter descriptions of pictures now."
    film = frozen.film
    if film is not None and 0 < limits.video_bytes < film.size:
        return f"The film is larger than {title} takes now."
    if film is not None and 0 < limits.video_seconds < film.seconds:
        return f"The film is longer than {title} takes now."
    return ""


def _count(number: int, one: str) -> str:
    return f"{number:,} {_nouns(number, one)}"


def _cashtags(number: int) -> str:
    return f"{_count(number, 'name')} with a $ before it, such as $BP,"


def _nouns(number: int, one: str) -> str:
    return one if number == 1 else f"{one}s"


def find_alt_problems(pictures: tuple[PlacedPicture, ...]) -> tuple[str, ...]:
    """Name each picture without a description, or decorative without a reason."""
    return tuple(
        f"Picture {number} needs a description for people who cannot see it, or a reason why it needs none."
        for number, placed in enumerate(pictures, start=1)
        if not placed.alt.strip() and not placed.decorative_because.strip()
    )


def find_text_problems(announcement: Announcement, platform: Platform, measured: Measured) -> tuple[str, ...]:
    """Say what a platform cannot take of an announcement's words."""
    problems = []
    limits, title = platform.limits, platform.title
    if not (measured.text.strip() or announcement.pictures or announcement.film):
        problems.append(f"There is no text for {title} yet.")
    if Ability.TITLE in platform.abilities and not announcement.title.strip():
        problems.append(f"{title} shows a title. Give this one a title.")
    if limits.title is not None and len(announcement.title) > limits.title:
        over = len(announcement.title) - limits.title
        problems.append(f"{title} takes a title of {limits.title:,} characters. This one has {over:,} too many.")
    thread = f" Shorten it, or send it as a thread of {measured.thread_of}." if measured.thread_of else ""
    if measured.threaded and measured.thread_of:
        pass  # each part is as long as it may be
    elif limits.length is not None and measured.length > limits.length:
        over = measured.length - limits.length
        problems.append(f"{title} takes {limits.length:,} characters. This is {over:,} too many.{thread}")
    elif limits.utf8_bytes is not None and measured.utf8_bytes > limits.utf8_bytes:
        problems.append(f"{title} cannot take this many accents and emoji. Use fewer, or shorten the text.")
    if limits.tags is not None and measured.tags > limits.tags:
        problems.append(f"{title} takes {_count(limits.tags, 'hashtag')}. Take {measured.tags - limits.tags} away.")
    if limits.links is not None and measured.links > limits.links:
        problems.append(f"{title} takes {_count(limits.links, 'link')}. Take {measured.links - limits.links} away.")
    problems += find_cashtag_problems(platform, measured.cashtags)
    return tuple(problems)


def find_cashtag_problems(platform: Platform, cashtags: int) -> tuple[str, ...]:
    """Say that a platform takes fewer names such as "$BP" than a text has."""
    most = platform.limits.cashtags
    if most is None or cashtags <= most:
        return ()
    return (f"{platform.title} takes {_cashtags(most)} in one post. Take {cashtags - most} away.",)


def find_advice(platform: Platform, tags: int) -> tuple[str, ...]:
    """Say what a platform takes of a text with so many hashtags, and may do little with; it stops nothing."""
    advised, most = platform.limits.tags_advised, platform.limits.tags
    if advised is None or tags <= advised or (most is not None and tags > most):
        return ()
    title = platform.title
    return (f"{title} may count only {advised} hashtags. This has {tags}: keep the {advised} that matter most.",)


def find_picture_problems(
    pictures: tuple[PlacedPicture, ...], platform: Platform, has_film: bool = False
) -> tuple[str, ...]:
    """Say what a platform cannot take of an announcement's pictures."""
    problems = []
    limits, title = platform.limits, platform.title
    if platform.needs_picture and not pictures and not has_film:
        problems.append(f"{title} needs a picture. Add one, or leave {title} out.")
    if pictures and Ability.PICTURES not in platform.abilities:
        problems.append(f"{title} takes no pictures. Take them away, or leave {title} out.")
    elif (count := len(pictures) + int(has_film and platform.mixes)) > limits.pictures > 0:
        what = "pictures and films in all" if has_film and platform.mixes else _nouns(limits.pictures, "picture")
        problems.append(f"{title} takes {limits.pictures:,} {what}. Take {count - limits.pictures} away.")
    if limits.alt_length:
        problems += [
            f"The description of picture {number} is too long for {title}: {limits.alt_length:,} characters at most."
            for number, placed in enumerate(pictures, start=1)
            if len(placed.alt) > limits.alt_length
        ]
    problems += [
        f"Picture {number} is too {how} for {title}. Press “Crop it” beside the picture, or choose another one."
        for number, placed in enumerate(pictures, start=1)
        if (how := _misfit(placed, platform))
    ]
    return tuple(problems)


def find_picture_advice(pictures: tuple[PlacedPicture, ...], platform: Platform) -> tuple[str, ...]:
    """Say which pictures a platform will cut to the shape of the first one; it stops nothing."""
    if not platform.limits.one_shape or len(pictures) < 2:
        return ()
    shape = Shape(platform.limits.narrowest, platform.limits.widest)
    first, *others = [_shown(placed, shape) for placed in pictures]
    cut = [str(number) for number, other in enumerate(others, start=2) if abs(other / first - 1) > _SAME_SHAPE]
    if not cut:
        return ()
    which = f"Picture {cut[0]} has" if len(cut) == 1 else f"Pictures {', '.join(cut[:-1])} and {cut[-1]} have"
    return (f"{platform.title} shows every picture in the shape of the first. {which} another shape and will be cut.",)


def _shown(placed: PlacedPicture, shape: Shape) -> float:
    part = placed.crop_for(shape) or placed.picture
    return part.width / part.height


def _misfit(placed: PlacedPicture, platform: Platform) -> str:
    """Say how a picture that nobody has cropped is not as a platform shows one: "wide", "tall" or ""."""
    if placed.focus is not None:
        return ""
    shape, size = (
        Shape(platform.limits.narrowest, platform.limits.widest),
        (placed.picture.width, placed.picture.height),
    )
    return "wide" if shape.is_too_wide(*size) else "tall" if shape.is_too_tall(*size) else ""
