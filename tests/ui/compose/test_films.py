"""A film on the screen: added beside the typing, captioned, described, given up, and seen in the previews."""

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QCheckBox, QLineEdit
from pytestqt.qtbot import QtBot

from pcc_desk.errors import StoreFull
from pcc_desk.model.film import TakenIn
from pcc_desk.services.films import Films, Told
from pcc_desk.ui.compose.film_card import FilmCard
from pcc_desk.ui.compose.film_desk import CLEANED, ONE_ONLY
from pcc_desk.ui.compose.film_place import FilmPlace
from pcc_desk.ui.compose.preview_film import PreviewFilm
from tests.media.films import Sample, film, film_file, located
from tests.ui.compose.writing import Writing, open_writing
from tests.ui.screen import button_of, dress, words_of

SRT = "1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n"
LONG = film(Sample(content=bytes(4_000_000)))


@pytest.fixture
def writing(tmp_path: Path, qtbot: QtBot) -> Iterator[Writing]:
    """A new announcement on the screen."""
    with open_writing(tmp_path, qtbot) as writing:
        yield writing


def card(writing: Writing) -> FilmCard:
    writing.screen.wait(lambda: writing.panel.findChildren(FilmCard))
    return writing.panel.findChildren(FilmCard)[-1]


def field(card: FilmCard, name: str) -> QLineEdit:
    return next(each for each in card.findChildren(QLineEdit) if each.accessibleName().startswith(name))


def tick(card: FilmCard, words: str) -> QCheckBox:
    return next(each for each in card.findChildren(QCheckBox) if each.text() == words)


def test_a_film_is_added_while_somebody_types_and_kept(writing: Writing, tmp_path: Path) -> None:
    writing.editor.film.film_offered.emit(film_file(tmp_path))
    writing.write("Watch the plan.", "The plan")
    assert "0:20 · 1280×720 · 10 KB" not in words_of(writing.panel)
    shown = card(writing)
    writing.screen.wait(lambda: "0:20 · 1280×720 · 11 KB" in words_of(shown))
    writing.settle()
    stored = writing.stored()
    assert stored.film is not None and stored.film.film == shown.film()
    assert (stored.text, stored.title) == ("Watch the plan.", "The plan")


def test_captions_and_a_description_are_asked_for_until_they_are_there(writing: Writing, tmp_path: Path) -> None:
    writing.write("Watch the plan.")
    writing.editor.film.film_offered.emit(film_file(tmp_path))
    shown = card(writing)
    writing.screen.wait(lambda: any("The film needs captions" in problem for problem in writing.problems()))
    (tmp_path / "talk.srt").write_text(SRT)
    writing.editor.film.captions_offered.emit(shown.film(), tmp_path / "talk.srt")
    writing.screen.wait(lambda: "Captions: 1 line on screen" in words_of(shown))
    field(shown, "Describe").setText("The commissioner speaks")
    field(shown, "Describe").textEdited.emit("The commissioner speaks")
    writing.screen.wait(lambda: not any("The film needs" in problem for problem in writing.problems()))
    writing.settle()
    stored = writing.stored().film
    assert stored is not None and stored.alt == "The commissioner speaks"
    assert stored.captions == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood morning.\n"


def test_a_reason_stands_in_for_captions(writing: Writing, tmp_path: Path) -> None:
    writing.write("Watch the plan.")
    writing.editor.film.film_offered.emit(film_file(tmp_path))
    shown = card(writing)
    tick(shown, "Needs no captions").click()
    reason = field(shown, "Needs no captions")
    assert reason.isVisible()
    writing.screen.wait(lambda: any("The film needs captions" in problem for problem in writing.problems()))
    reason.setText("Nobody speaks")
    reason.textEdited.emit("Nobody speaks")
    writing.screen.wait(lambda: not any("The film needs captions" in problem for problem in writing.problems()))


def test_captions_that_cannot_be_read_are_refused_and_nothing_else_changes(writing: Writing, tmp_path: Path) -> None:
    writing.editor.film.film_offered.emit(film_file(tmp_path))
    shown = card(writing)
    (tmp_path / "talk.srt").write_text("nonsense")
    writing.editor.film.captions_offered.emit(shown.film(), tmp_path / "talk.srt")
    writing.screen.wait(lambda: "“talk.srt” has captions that cannot be read, at line 1." in words_of(writing.panel))
    assert "Captions: none yet" in words_of(shown)


def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let every film stop half way until somebody sets the event."""
    goes_on, add = threading.Event(), Films.add

    def add_slowly(films: Films, path: Path, now: datetime, tell: Told) -> TakenIn | None:
        def told(done: int, size: int) -> bool:
            answer = bool(tell(done, size))
            if done:
                goes_on.wait(30)
                answer = bool(tell(done, size))
            return answer

        return add(films, path, now, told)

    monkeypatch.setattr(Films, "add", add_slowly)
    return goes_on


def test_a_film_on_its_way_says_how_far_it_is_and_can_be_given_up(
    writing: Writing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = slow(monkeypatch)
    writing.write("Watch the plan.")
    writing.editor.film.film_offered.emit(film_file(tmp_path, LONG))
    writing.screen.wait(lambda: "Adding “talk.mp4”: 26 %" in words_of(writing.panel))
    assert not button_of(writing.panel, "Add a &film").isEnabled()
    writing.press("Cancel")
    goes_on.set()
    writing.screen.wait(lambda: button_of(writing.panel, "Add a &film").isEnabled())
    assert "Adding" not in words_of(writing.panel) and not writing.panel.findChildren(FilmCard)
    assert writing.editor.announcement().film is None and writing.box.text() == "Watch the plan."


def test_a_film_goes_to_the_announcement_it_was_added_to(
    writing: Writing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = slow(monkeypatch)
    writing.write("First.")
    first = writing.editor.announcement().id
    writing.editor.film.film_offered.emit(film_file(tmp_path, LONG))
    writing.screen.wait(lambda: "Adding “talk.mp4”" in words_of(writing.panel))
    writing.settle()
    writing.begin()
    writing.write("Second.")
    assert "Adding" not in words_of(writing.panel)
    goes_on.set()
    compose = writing.screen.desk.services.compose
    writing.screen.wait(lambda: compose.get(first).film is not None)
    assert compose.get(first).text == "First." and writing.editor.announcement().film is None


def test_a_film_that_told_its_place_says_so_and_a_second_one_waits(writing: Writing, tmp_path: Path) -> None:
    writing.editor.film.film_offered.emit(film_file(tmp_path, film(Sample(notes=located()))))
    writing.screen.wait(lambda: CLEANED in words_of(writing.panel))
    card(writing)
    writing.editor.film.film_offered.emit(film_file(tmp_path, name="other.mp4"))
    assert ONE_ONLY in words_of(writing.panel)


def test_what_is_no_film_and_a_full_disk_are_told_in_plain_words(
    writing: Writing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.editor.film.film_offered.emit(film_file(tmp_path, b"no film at all, only words"))
    writing.screen.wait(lambda: "“talk.mp4” was not added. This file is not an MP4 film." in words_of(writing.panel))

    def full(*_: object) -> None:
        raise StoreFull("There is no room for it.", "Make room.")

    monkeypatch.setattr(Films, "add", full)
    writing.editor.film.film_offered.emit(film_file(tmp_path))
    writing.screen.wait(lambda: "There is no room for it. Make room." in words_of(writing.panel))
    assert button_of(writing.panel, "Add a &film").isEnabled()


def test_a_dropped_film_is_offered_and_one_taken_away_is_gone(writing: Writing, tmp_path: Path) -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(film_file(tmp_path)))])
    assert writing.box.canInsertFromMimeData(dropped)
    writing.box.insertFromMimeData(dropped)
    shown = card(writing)
    writing.screen.wait(lambda: writing.editor.announcement().film is not None)
    shown.removal_requested.emit()
    assert writing.editor.announcement().film is None
    assert button_of(writing.panel, "Add a &film").isEnabled() and writing.box.text() == ""


def test_the_preview_shows_a_frame_with_its_length_where_films_are_taken(writing: Writing, tmp_path: Path) -> None:
    writing.write("Watch the plan.")
    assert not writing.panel.findChildren(PreviewFilm)
    writing.editor.film.film_offered.emit(film_file(tmp_path))
    writing.screen.wait(lambda: len(writing.panel.findChildren(PreviewFilm)) == 2)  # Bluesky's and the website's
    assert {each.accessibleName() for each in writing.panel.findChildren(PreviewFilm)} == {"Film, 0:20: talk.mp4"}


@pytest.mark.parametrize(("dark", "scale"), [(False, 1.0), (True, 1.0), (False, 1.5)])
def test_the_card_and_the_frame_are_whole_in_every_look(
    writing: Writing, tmp_path: Path, dark: bool, scale: float
) -> None:
    writing.editor.film.film_offered.emit(film_file(tmp_path))
    shown = card(writing)
    dress(dark, scale)
    try:
        writing.screen.wait(lambda: shown.isVisible() and shown.width() <= writing.editor.width())
        for button in (button_of(shown, "Add captions"), tick(shown, "Needs no captions")):
            assert button.width() >= button.minimumSizeHint().width()
        frame = PreviewFilm(shown.placed())
        frame.resize(320, frame.heightForWidth(320))
        image = frame.grab().toImage()
        colours = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
        assert {"#14181f", "#ffffff"} <= colours and frame.accessibleName() == "Film, 0:20: talk.mp4"
        frame.deleteLater()
    finally:
        dress()


def test_making_the_place_for_a_film_opens_no_window_of_its_own(qtbot: QtBot) -> None:
    dress()
    place = FilmPlace()
    qtbot.addWidget(place)
    assert not place.add.isWindow() and not place.add.isVisible()
