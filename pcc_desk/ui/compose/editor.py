"""Where one announcement is written: title, tabs, words, pictures and what still stops it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QTextDocument
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from pcc_desk.model.account import Account, AccountId
from pcc_desk.model.announcement import Announcement, Fit, PlacedPicture
from pcc_desk.model.film import Film, PlacedFilm
from pcc_desk.model.schedule import Schedule
from pcc_desk.ui import theme
from pcc_desk.ui.compose import wording
from pcc_desk.ui.compose.card_place import CardPlace
from pcc_desk.ui.compose.channels_button import ChannelsButton
from pcc_desk.ui.compose.cost_note import CostNote
from pcc_desk.ui.compose.film_place import FilmPlace
from pcc_desk.ui.compose.picture_strip import PictureStrip, choose_pictures
from pcc_desk.ui.compose.problem_list import ProblemList
from pcc_desk.ui.compose.reads import Checked
from pcc_desk.ui.compose.tabs import ChannelTabs
from pcc_desk.ui.compose.text_box import TextBox, film_files, new_page, picture_files
from pcc_desk.ui.compose.thread_note import ThreadNote
from pcc_desk.ui.compose.thumbnails import Thumbnails
from pcc_desk.ui.compose.wording_note import WordingNote
from pcc_desk.ui.reading.endings import say_outlasting
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.frames import Scroll
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

LONG = 10_000  # characters; a longer text is counted after a pause in typing
LONG_PAUSE_MS = 150
Fitting = Callable[[Announcement, Account], Fit]
Fits = Mapping[AccountId, Fit]


class TitleField(QLineEdit):
    """The announcement's title."""


class Editor(Scroll):
    """Shows one announcement and tells every change.

    Signals:
        edited(Announcement): the next state, after a key press or a choice.
        counted(dict): the Fit of every account the announcement goes to.
        pictures_offered(list): paths or bytes of pictures to add.
    """

    edited = Signal(object)
    counted = Signal(object)
    pictures_offered = Signal(object)

    def __init__(self, fit: Fitting, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fit = fit
        self._announcement = Announcement(wording.NO_ID)
        self._presences: Presences = {}
        self._about: Fits = {}  # the accounts of the open tab
        self._pages: dict[tuple[int, AccountId | None], QTextDocument] = {}
        self._title, self._tabs, self._box = TitleField(), ChannelTabs(), TextBox("Text of the announcement")
        self._note, self._thread, self._problems = WordingNote(), ThreadNote(), ProblemList()
        self._costs, self._pictures, self.film = CostNote(), PictureStrip(thumbnails), FilmPlace()
        self.card = CardPlace()
        self._channels = ChannelsButton(lambda: (self._presences, self._announcement))
        self._add = QuietButton("&Add pictures", "picture")
        self._words = Label("", "muted")
        self._pause = QTimer(self, singleShot=True, interval=LONG_PAUSE_MS)
        self._words_pause = QTimer(self, singleShot=True, interval=LONG_PAUSE_MS)
        self._build()
        self._connect()

    def announcement(self) -> Announcement:
        """Give the announcement as it stands in the editor."""
        return self._announcement

    def show_announcement(self, announcement: Announcement, presences: Presences) -> None:
        """Show an announcement, or a newer state of the one that is shown."""
        if is_another := announcement.id != self._announcement.id:
            self._pictures.forget()
            self.film.forget()
            self._tabs.choose(None)
        self._announcement, self._presences = announcement, presences
        locked = announcement.approved_at is not None
        if self._title.text() != announcement.title:
            self._title.setText(announcement.title)
        for field in (self._title, self._box):
            field.setReadOnly(locked)
        for tool in (self._add, self._channels, self._problems):
            tool.setVisible(not locked)
        self._tabs.show_accounts(announcement.accounts, presences)
        self._channels.fill()
        self._show_pictures()
        self.film.show_film(announcement.film, locked)
        self._turn()
        if is_another:
            self._count_at_rest()  # nobody types yet

    def place(self, placed: PlacedPicture) -> None:
        """Put one more picture in."""
        self._change(wording.add_picture(self._announcement, placed))
        self._show_pictures()
        self._count()

    def place_film(self, film: Film) -> None:
        """Put a film in, where there is none."""
        self._put(film=self._announcement.film or PlacedFilm(film))
        self.film.show_film(self._announcement.film, locked=False)

    def schedule(self, schedule: Schedule | None) -> None:
        """Give the announcement a time, or none."""
        self._change(replace(self._announcement, schedule=schedule))

    def adopt(self, announcement: Announcement) -> None:
        """Take over the version under which what is shown was kept."""
        self._announcement = announcement

    def show_checked(self, checked: Checked) -> None:
        """Say what still stops the announcement, and what sending it costs."""
        self._problems.show_problems(checked.problems, checked.advice)
        self._costs.show_forecasts(checked.forecasts)

    def warn(self, presences: Presences, now: datetime) -> None:
        """Say what does not stop the announcement and is worth knowing: a sign-in that ends before it goes out."""
        shown = self._announcement
        goes_at = shown.schedule.at if shown.schedule is not None else now
        self._problems.show_warnings(say_outlasting(shown.accounts, goes_at, presences, now))

    def focus_problems(self) -> None:
        """Bring what stops the announcement before the eyes."""
        self.ensureWidgetVisible(self._problems)

    def focus_text(self) -> None:
        """Put the cursor in the text."""
        self._box.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take picture files and a film anywhere on the editor."""
        urls = event.mimeData().urls()
        if self._announcement.approved_at is None and (picture_files(urls) or film_files(urls)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Offer the pictures and the film that were dropped."""
        urls = event.mimeData().urls()
        if pictures := picture_files(urls):
            self.pictures_offered.emit(pictures)
        for film in film_files(urls)[:1]:
            self.film.film_offered.emit(film)

    def _build(self) -> None:
        self.setAcceptDrops(True)
        self._title.setPlaceholderText("Title, for the website and your own lists")
        self._title.setAccessibleName("Title")
        self._box.setPlaceholderText("Write the announcement once, for all channels")
        self._box.setMinimumHeight(theme.px(180))
        self._box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        rows = self.column
        rows.setSpacing(theme.px(10))
        rows.addWidget(self._title)
        rows.addWidget(self._tabs)
        rows.addWidget(self._note)
        rows.addWidget(self._box, 3)
        tools = Wrap(gap=10)
        for each in (self._channels, self._add, self.film.add, self._words):
            tools.addWidget(each)
        rows.addWidget(self._thread)
        rows.addLayout(tools)
        rows.addWidget(self._pictures)
        rows.addWidget(self.film)
        rows.addWidget(self.card)
        rows.addWidget(self._costs)
        rows.addWidget(self._problems)
        rows.addStretch(1)

    def _connect(self) -> None:
        self._title.textEdited.connect(self._on_title_edited)
        self._box.written.connect(self._on_written)
        self._box.pictures_offered.connect(self.pictures_offered)
        self._channels.channel_toggled.connect(self._on_channel_toggled)
        self._tabs.chosen.connect(self._on_tab_chosen)
        self._note.share_requested.connect(self._on_share_requested)
        self._note.confirm_requested.connect(self._on_confirm_requested)
        self._thread.thread_chosen.connect(self._on_thread_chosen)
        self._pictures.edited.connect(lambda pictures: self._put(pictures=pictures))
        self._box.film_offered.connect(self.film.film_offered)
        self.film.edited.connect(lambda placed: self._put(film=placed))
        self.card.edited.connect(lambda card: self._put(card=card))
        self._add.clicked.connect(lambda: choose_pictures(self, self.pictures_offered.emit))
        self._costs.unlinked.connect(self._on_unlinked)
        self._pause.timeout.connect(self._count)
        self._words_pause.timeout.connect(self._count_at_rest)

    def _turn(self) -> None:
        """Show the page of the open tab, with the text it must hold now."""
        account = self._tabs.current()
        text = self._text_of(account)
        key = (int(self._announcement.id), account)
        if key not in self._pages:
            self._pages[key] = new_page(text, self)
        if self._box.document() is not self._pages[key]:
            self._box.show_page(self._pages[key])
        if self._box.text() != text:
            self._box.put(text)
        self._count()

    def _text_of(self, account: AccountId | None) -> str:
        return self._announcement.text if account is None else self._announcement.wording_for(account)

    def _change(self, announcement: Announcement) -> None:
        if announcement != self._announcement:
            self._announcement = announcement
            self.edited.emit(announcement)

    def _count(self) -> None:
        announcement, account = self._announcement, self._tabs.current()
        fit_one, presences = self._fit, self._presences  # asked of a widget once and not at each of ten
        fits = {
            each: fit_one(announcement, presences[each].account) for each in announcement.accounts if each in presences
        }
        self._tabs.show_fits(fits)
        shown = fits.get(account) if account is not None else next((fit for fit in fits.values() if not fit.own), None)
        self._box.colour(self._text_of(account), shown.spans if shown else ())
        self._note.show_wording(announcement, account, presences)
        self._about = fits if account is None else {account: shown} if shown else {}
        self._words_pause.start()  # again at each key press: a long text is cut into threads only once the typing rests
        self.counted.emit(fits)

    def _count_at_rest(self) -> None:
        self._tabs.name_fits()
        self._thread.show_fits(self._about, self._presences, self._announcement.approved_at is None)
        self.card.show_fits(self._announcement, self._about, self._presences)
        self._words.setText(wording.say_count(len(self._text_of(self._tabs.current()).split()), "word"))

    def _on_channel_toggled(self, account: AccountId, on: bool) -> None:
        self._change(wording.choose(self._announcement, account, on))
        self._tabs.show_accounts(self._announcement.accounts, self._presences)
        self._show_pictures()
        self._turn()

    def _show_pictures(self) -> None:
        shown = self._announcement
        shapes = wording.shapes_for(shown, self._presences)
        self._pictures.show_pictures(shown.pictures, shown.approved_at is not None, shapes)

    def _on_title_edited(self, title: str) -> None:
        self._change(replace(self._announcement, title=title))
        self._count()

    def _on_written(self, text: str) -> None:
        account = self._tabs.current()
        if text == self._text_of(account):
            return
        self._change(wording.write(self._announcement, account, text))
        if len(text) > LONG:
            self._pause.start()
        else:
            self._count()

    def _on_unlinked(self, account: AccountId, text: str) -> None:
        self._change(wording.write(self._announcement, account, text))
        self._tabs.choose(account)
        self._turn()

    def _on_tab_chosen(self, account: AccountId | None) -> None:
        self._turn()
        self._box.setFocus()

    def _on_share_requested(self) -> None:
        account = self._tabs.current()
        if account is not None:
            self._change(wording.share(self._announcement, account))
            self._turn()

    def _on_confirm_requested(self) -> None:
        account = self._tabs.current()
        if account is not None:
            self._change(wording.confirm(self._announcement, account))
            self._count()

    def _on_thread_chosen(self, account: AccountId, on: bool) -> None:
        self._change(wording.thread(self._announcement, account, on))
        self._count()
        self._count_at_rest()

    def _put(self, **parts: Any) -> None:
        self._change(replace(self._announcement, **parts))
        self._count()
