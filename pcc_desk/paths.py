"""Where the desk finds and keeps its files, and which folders would harm a database."""

import errno
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

DATABASE, SETTINGS, LOGS = "desk.db", "settings.json", "logs"
_PROBE = 131_072  # bytes: the memory SQLite shares beside a database, its log's first pages, and a lock
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_TRIES = 10  # a virus scanner may hold a new file for a second or two
_SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "nextcloud", "sharepoint")
_SYNC_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_NETWORK_FILESYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "ncpfs", "9p", "ceph", "glusterfs", "davfs"}
_WINDOWS_NETWORK_DRIVE = 4  # DRIVE_REMOTE of GetDriveTypeW
_RESOURCES = (
    Path(__file__).resolve().parents[1] / "resources",  # a checkout, and the frozen program
    Path(sys.prefix) / "share" / "pcc-desk",  # an installed wheel
)
_NEXT_STEP = "Start PCC Desk with a folder on this PC's own disk."


def choose_folder(given: Path | None, environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Give the data folder: the one given, or the usual one of this platform for this person."""
    if given is not None:
        return given.absolute()
    if platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "PCC Desk"
    shared = environment.get("XDG_DATA_HOME")
    return (Path(shared) if shared else Path.home() / ".local" / "share") / "pcc-desk"


def resource(*parts: str) -> Path:
    """Give the path of one of the desk's own files. Raises: FileNotFoundError, when the installation is not whole."""
    for place in _RESOURCES:
        if (path := place.joinpath(*parts)).exists():
            return path
    raise FileNotFoundError("/".join(parts))


def refusal(folder: Path, environment: Mapping[str, str]) -> str:
    """Say in plain words why a database must not be kept in `folder`, or "" when it may.

    SQLite's write-ahead log needs one machine (sqlite.org/wal.html), and programs that copy folders to a server copy a
    database while it changes.
    """
    place = folder.resolve()
    if _is_shared(str(folder)) or _is_shared(str(place)) or _on_network(place):
        return (
            f"The folder {folder} is on a network. A database there can be damaged, so it was not opened. {_NEXT_STEP}"
        )
    synced = [Path(environment[name]).resolve() for name in _SYNC_VARIABLES if environment.get(name)]
    named = any(part.lower().startswith(_SYNCED) for part in place.parts)
    if named or any(place.is_relative_to(root) for root in synced):
        return (
            f"The folder {folder} is copied to the internet by another program. "
            f"A database there can be damaged, so it was not opened. {_NEXT_STEP}"
        )
    # Windows copies this folder to a server when the person signs out, and back at the next sign-in.
    if (roaming := environment.get("APPDATA")) and place.is_relative_to(Path(roaming).resolve()):
        return (
            f"The folder {folder} is copied to a server when you sign out. "
            f"A database there can be damaged, so it was not opened. {_NEXT_STEP}"
        )
    return ""


def make_folder(folder: Path) -> None:
    """Make the data folder when it is not there, open to this person only. Raises: OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def has_room(folder: Path) -> bool:
    """Tell whether a file of a few pages still fits on the disk of `folder`; what fails for another reason is room."""
    probe = folder / f"room-{os.getpid()}.tmp"
    try:
        with probe.open("wb") as file:
            file.write(bytes(_PROBE))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno not in _FULL
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return True


def replace_file(source: Path, target: Path) -> None:
    """Put a finished file in the place of another, patiently where a virus scanner holds one. Raises: OSError."""
    for wait in range(_TRIES):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            time.sleep(0.02 * (wait + 1))
    os.replace(source, target)


def _is_shared(name: str) -> bool:
    slashes = name.replace("\\", "/")
    local = slashes.startswith(("//?/", "//./")) and not slashes.upper().startswith("//?/UNC/")
    return slashes.startswith("//") and not local


def _on_network(place: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(place.anchor) == _WINDOWS_NETWORK_DRIVE)
    mounts = Path("/proc/self/mounts")
    return mounts.exists() and _filesystem(place, mounts.read_text("utf-8", "replace")) in _NETWORK_FILESYSTEMS


def _filesystem(place: Path, mounts: str) -> str:
    """Find the file system that holds `place`: the longest mount point above it."""
    longest, kind = Path("/"), ""
    for line in mounts.splitlines():
        _, point, name, *_ = line.split(" ")
        mounted = Path(point.replace("\\040", " "))
        if place.is_relative_to(mounted) and len(mounted.parts) >= len(longest.parts):
            longest, kind = mounted, name.removeprefix("fuse.").replace("sshfs", "nfs")
    return kind
