"""Channels that tell by themselves when something new came in."""

from typing import Protocol


class Bell(Protocol):
    """Who listens."""

    def ring(self) -> None:
        """Say that something new came in, or may have."""

    def is_over(self) -> bool:
        """Tell whether nobody listens any more; asked every second, so that a desk can close."""


class Tells(Protocol):
    """A channel with Ability.TELLS."""

    def listen(self, stream: str, bell: Bell) -> bool:
        """Ring whenever something new comes into a stream, for as long as one line holds, an hour at most.

        Nothing is read here: what rings is fetched like everything else. False at once where the server offers no
        such line.
        """
