"""How this PC shows the desk: kept in the settings file, put on at once."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from pcc_desk.errors import SettingsError
from pcc_desk.paths import SETTINGS
from pcc_desk.settings import SettingsFile
from pcc_desk.ui import theme


class Look(QObject):
    """The colours and the text size in force; follows the system where the person left it to that."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._file = SettingsFile(folder / SETTINGS)
        self.settings, self.notice = self._file.read()
        QApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    def choose(self, name: str, size: int) -> SettingsError | None:
        """Put on a theme and a text size in per cent and keep them; give the failure when they cannot be kept."""
        self.settings = replace(self._file.read()[0], theme=name, text_size=size)
        self.put_on()
        return self._keep()

    def stay(self, stays: bool) -> SettingsError | None:
        """Keep whether the desk goes on beside the clock; give the failure when that cannot be kept."""
        self.settings = replace(self._file.read()[0], stays=stays)
        return self._keep()

    def _keep(self) -> SettingsError | None:
        try:
            self._file.write(self.settings)
        except SettingsError as error:
            return error
        return None

    def put_on(self) -> None:
        """Dress the application."""
        dark = self.settings.theme == "dark" or (self.settings.theme == "system" and theme.system_is_dark())
        theme.apply(cast(QApplication, QApplication.instance()), dark, self.settings.text_size / 100)

    def _on_system_changed(self) -> None:
        self.put_on()
