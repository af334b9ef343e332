"""The real servers' parts that the tests need: programs from the system, Bluesky from npm, WordPress from Debian."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev_tools import debian
from dev_tools.environment import only_one
from dev_tools.places import ROOT, cache
from dev_tools.stop import Stop

BLUESKY_LOCK = ROOT / "tests" / "servers" / "bluesky_network" / "package-lock.json"
WORDPRESS_PACKAGES = ("wordpress", "php-getid3", "libjs-underscore", "libjs-cropper")
PHP_EXTENSIONS = {"curl", "gd", "mbstring", "mysqli", "xml"}


@dataclass(frozen=True)
class Part:
    """A program from the system that a test server is made of."""

    name: str
    is_here: Callable[[], bool]
    packages: tuple[str, ...]


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs with the contributed extensions, newest first, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    return found[0].parent if found else None


def bluesky_modules() -> Path:
    """Return the folder where the Bluesky servers' node modules are, or would be, for the present lock."""
    return cache() / f"bluesky-{hashlib.sha256(BLUESKY_LOCK.read_bytes()).hexdigest()[:12]}" / "node_modules"


def wordpress_site() -> Path:
    """Return the folder where the unpacked WordPress is, or would be."""
    return cache() / "wordpress"


def _has(*programs: str) -> Callable[[], bool]:
    return lambda: all(shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin") for program in programs)


def _has_php() -> bool:
    if not shutil.which("php"):
        return False
    listed = subprocess.run(["php", "-m"], capture_output=True, text=True, check=False).stdout
    return set(listed.split()) >= PHP_EXTENSIONS


PHP = ("php-cli", "php-mysql", "php-gd", "php-xml", "php-mbstring", "php-curl")
KEYRING = Part("a keyring", _has("gnome-keyring-daemon", "dbus-run-session"), ("gnome-keyring", "dbus"))
XVFB = Part("Xvfb", _has("Xvfb", "xauth", "xvfb-run"), ("xvfb", "xauth"))
PARTS = (
    Part("PostgreSQL", lambda: postgres_programs() is not None, ("postgresql",)),
    Part("PHP", _has_php, PHP),
    Part("MariaDB", _has("mariadbd", "mariadb-install-db"), ("mariadb-server-core", "mariadb-client-core")),
    KEYRING,
    XVFB,
    Part("Dovecot", _has("dovecot"), ("dovecot-imapd", "dovecot-lmtpd")),
    Part("Node.js", _has("node"), ("nodejs",)),
    Part("npm", _has("npm"), ("npm",)),
    Part("a C++ compiler", _has("gcc", "g++", "make"), ("build-essential",)),
    Part("fonts", lambda: any(Path("/usr/share/fonts").glob("**/*.ttf")), ("fonts-dejavu-core",)),
)


def ensure() -> None:
    """Fetch what the test servers need and is missing here.

    Raises: Stop when a part cannot be had; the tests that need it are then skipped, or fail where CI is set.
    """
    have(PARTS, "run the tests against real servers")
    cache().mkdir(parents=True, exist_ok=True)
    with only_one(cache() / "parts.lock"):
        _fetch(bluesky_modules().parent, _build_bluesky, "the Bluesky servers (about two minutes, once)")
        _fetch(wordpress_site(), _unpack_wordpress, "WordPress")


def have(wanted: Sequence[Part], purpose: str) -> None:
    """Install those programs of `wanted` that are not here. Raises: Stop, with the one line to type."""
    missing = [part for part in wanted if not part.is_here()]
    if missing:
        debian.install([name for part in missing for name in part.packages], purpose)


def _fetch(folder: Path, build: Callable[[Path], None], what: str) -> None:
    if folder.exists():
        return
    print(f"Fetching {what} ...", file=sys.stderr, flush=True)
    # Built beside its place and moved there whole: what exists is finished.
    with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as scratch:
        finished = Path(scratch) / folder.name
        finished.mkdir()
        build(finished)
        finished.rename(folder)


def _build_bluesky(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(BLUESKY_LOCK.with_name(name), folder)
    settings = dict(os.environ)
    if Path("/usr/include/node/node.h").exists():
        settings["npm_config_nodedir"] = "/usr"  # compile against the headers already here, not downloaded ones
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, env=settings, check=False
    )
    if done.returncode:
        raise Stop("The Bluesky servers could not be installed by npm. Its last words are above.")


def _unpack_wordpress(folder: Path) -> None:
    if not shutil.which("apt-get"):
        raise Stop("WordPress comes from Debian's packages, and this machine has no apt-get.")
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        download = ["apt-get", "download", "-q", *WORDPRESS_PACKAGES]
        done = subprocess.run(download, cwd=scratch, capture_output=True, text=True, check=False)
        if done.returncode and debian.can_install():
            subprocess.run(["apt-get", "update", "-qq"], check=False)
            done = subprocess.run(download, cwd=scratch, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Stop(f"WordPress could not be downloaded: {done.stderr.strip()}")
        for package in sorted(Path(scratch).glob("*.deb")):
            subprocess.run(["dpkg", "-x", str(package), scratch], check=True)
        # Links are followed: Debian's WordPress borrows files from the other packages.
        leave_out = shutil.ignore_patterns("wp-config.php", ".htaccess", "ca-bundle.crt")
        shutil.copytree(Path(scratch, "usr/share/wordpress"), folder, dirs_exist_ok=True, ignore=leave_out)
        shutil.copytree(Path(scratch, "var/lib/wordpress/wp-content"), folder / "wp-content", dirs_exist_ok=True)
