"""What the office's website lends to platforms that fetch pictures and films themselves."""

from dataclasses import dataclass
from typing import Protocol

from pcc_desk.model.channel import PiecePicture
from pcc_desk.model.film import PieceVideo


@dataclass(frozen=True, slots=True)
class Hosted:
    """A picture or film of ours on the web: what its host knows it by, and where everybody can fetch it."""

    remote_id: str
    address: str


class Hosts(Protocol):
    """A channel with Ability.HOST."""

    def host(self, name: str, picture: PiecePicture) -> Hosted:
        """Put a picture on the web under a name of ours; the same name again gives the same one."""

    def host_film(self, name: str, film: PieceVideo) -> Hosted:
        """Put a film on the web under a name of ours; the same name again gives the same one."""

    def unhost(self, remote_id: str) -> None:
        """Take a picture or film off the web; already gone is fine."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should stand at an address: "image" or "video", of so many bytes."""

    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """What everybody is shown at an address: its size in bytes, and the SHA-256 of them in hex."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Lent:
    """How many pictures and films of a delivery stand on the office's website."""

    pictures: int = 0
    films: int = 0
