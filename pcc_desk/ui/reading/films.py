"""How a film is said: its length, its sides and its size."""

from pcc_desk.checks.films import say_bytes, say_length
from pcc_desk.model.film import Film, FrozenFilm


def say_film(film: Film | FrozenFilm) -> str:
    """Say what is known of a film: "0:20 · 1280×720 · 12.3 MB"."""
    return f"{say_length(film.seconds)} · {film.width}×{film.height} · {say_bytes(film.size)}"
