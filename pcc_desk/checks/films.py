"""What keeps a film from fitting a platform, one plain sentence each."""

from pcc_desk.model.channel import Ability, Platform
from pcc_desk.model.film import Film, PlacedFilm


def find_film_gaps(placed: PlacedFilm | None) -> tuple[str, ...]:
    """Say what a film lacks for people who cannot hear or see it, where no reason says why."""
    if placed is None:
        return ()
    problems = []
    if not placed.captions.strip() and not placed.uncaptioned_because.strip():
        problems.append("The film needs captions for people who cannot hear it, or a reason why it needs none.")
    if not placed.alt.strip() and not placed.undescribed_because.strip():
        problems.append("The film needs a description for people who cannot see it, or a reason why it needs none.")
    return tuple(problems)


def find_film_problems(placed: PlacedFilm | None, has_pictures: bool, platform: Platform) -> tuple[str, ...]:
    """Say what a platform cannot take of an announcement's film, or that it wants one."""
    title = platform.title
    if placed is None:
        if platform.needs_video:
            return (f"{title} takes films only. Add one, or leave {title} out.",)
        return ()
    if Ability.VIDEO not in platform.abilities:
        return (f"{title} takes no films. Take the film away, or leave {title} out.",)
    problems = []
    if has_pictures and Ability.PICTURES in platform.abilities and not platform.mixes:
        problems.append(f"{title} takes pictures or a film, not both. Take one of them away, or leave {title} out.")
    return (*problems, *_find_too_long(placed, platform), *_find_too_much(placed.film, platform))


def find_film_advice(placed: PlacedFilm | None, platform: Platform) -> tuple[str, ...]:
    """Say where a film's captions will not go with it; it stops nothing."""
    taken = platform.abilities & (Ability.VIDEO | Ability.CAPTIONS)
    if placed is None or not placed.captions.strip() or taken != Ability.VIDEO:
        return ()
    title = platform.title
    return (f"{title} takes no captions. Put the words into the film's picture, for people who cannot hear it.",)


def say_length(seconds: float) -> str:
    """Say how long a film is: "0:20", "1:02:03"."""
    minutes, rest = divmod(max(1, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def say_bytes(size: int) -> str:
    """Say how large a film is: "900 KB", "12.3 MB", "1.25 GB"."""
    if size >= 1_000_000_000:
        return f"{size / 1_000_000_000:.4g} GB"
    return f"{size / 1_000_000:.4g} MB" if size >= 1_000_000 else f"{max(1, round(size / 1_000)):,} KB"


def _find_too_long(placed: PlacedFilm, platform: Platform) -> tuple[str, ...]:
    problems, limits, title = [], platform.limits, platform.title
    if 0 < limits.video_alt < len(placed.alt):
        most = f"{limits.video_alt:,} characters at most"
        problems.append(f"The description of the film is too long for {title}: {most}.")
    size = len(placed.captions.encode()) if Ability.CAPTIONS in platform.abilities else 0
    if 0 < limits.caption_bytes < size:
        most = say_bytes(limits.caption_bytes)
        problems.append(f"{title} takes captions of up to {most}. These have {say_bytes(size)}. Use a shorter film.")
    return tuple(problems)


def _find_too_much(film: Film, platform: Platform) -> tuple[str, ...]:
    problems, limits, title = [], platform.limits, platform.title
    if 0 < limits.video_bytes < film.size:
        most = say_bytes(limits.video_bytes)
        problems.append(f"{title} takes films of up to {most}. This one has {say_bytes(film.size)}. Make it smaller.")
    if 0 < limits.video_seconds < film.seconds:
        most = say_length(limits.video_seconds)
        problems.append(f"{title} takes films of up to {most}. This one lasts {say_length(film.seconds)}. Cut it.")
    if 0 < limits.video_pixels < film.width * film.height:
        sides = f"{film.width}×{film.height}"
        problems.append(f"{title} takes no films of {sides} dots. Save it smaller, as 1280×720.")
    longer, shorter = max(film.width, film.height), min(film.width, film.height)
    if 0 < limits.video_shape < longer / max(1, shorter):
        times = f"{limits.video_shape:g}"
        problems.append(f"This film is too narrow for {title}: its long side may be {times} times its short side.")
    return tuple(problems)
