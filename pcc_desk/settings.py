"""The settings of this PC: a small JSON file beside the database, never the office's own content."""

import json
import logging
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from pcc_desk.errors import SettingsError
from pcc_desk.paths import make_folder, replace_file

_log = logging.getLogger(__name__)
THEMES = ("system", "light", "dark")
TEXT_SIZES = (100, 125, 150)  # per cent


@dataclass(frozen=True, slots=True)
class Settings:
    """How this PC shows the desk; `vault_id` names the database's key in the keyring, `window` is Qt's geometry.

    `stays` says that closing the window only puts the desk beside the clock, where it goes on sending.
    `key_is_asked` says that no keyring keeps that key here, so a person types the recovery key at each start.
    """

    theme: str = "system"
    text_size: int = 100
    window: str = ""
    place: str = "inbox"
    stays: bool = False
    vault_id: str = ""
    key_is_asked: bool = False
    office: str = ""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The settings file of one data folder."""

    path: Path

    def read(self) -> tuple[Settings, str]:
        """Give the settings and a notice: "", or one sentence when the file could not be used and was put aside."""
        try:
            kept = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return Settings(), ""
        except (OSError, ValueError, RecursionError) as error:
            _log.info("settings could not be read: %s", type(error).__name__)
            return Settings(), self._put_aside()
        if not isinstance(kept, dict):
            return Settings(), self._put_aside()
        return _sound(kept), ""

    def write(self, settings: Settings) -> None:
        """Keep the settings; the file is the old one or the new one, never a mixture.

        Raises:
            SettingsError: the file cannot be written.
        """
        part = self.path.with_name(self.path.name + ".part")
        try:
            make_folder(self.path.parent)
            with part.open("w", encoding="utf-8") as stream:
                json.dump(asdict(settings), stream, ensure_ascii=False, indent=2)
                stream.flush()
                os.fsync(stream.fileno())
            replace_file(part, self.path)
        except OSError as error:
            raise SettingsError(
                "Your settings could not be saved. PCC Desk goes on with them until it is closed.",
                "Check that there is room on the disk and that you may write to the data folder.",
                type(error).__name__,
            ) from error

    def _put_aside(self) -> str:
        aside = self.path.with_name("settings-damaged.json")
        try:
            replace_file(self.path, aside)
        except OSError:
            return "The settings on this PC could not be read, so PCC Desk uses its own. Your office's work is safe."
        return f"The settings on this PC were damaged. They were kept as {aside.name}, and PCC Desk uses its own."


def _sound(kept: dict[str, Any]) -> Settings:
    """Take each setting that has the right type and a known value; the others stay as they come."""
    usual = Settings()
    chosen = {
        field.name: kept[field.name]
        for field in fields(Settings)
        if type(kept.get(field.name)) is type(getattr(usual, field.name))
    }
    settings = Settings(**chosen)
    if settings.theme not in THEMES:
        settings = replace(settings, theme=usual.theme)
    if settings.text_size not in TEXT_SIZES:
        settings = replace(settings, text_size=usual.text_size)
    return settings
