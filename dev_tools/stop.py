"""The one way a developer's command gives up."""


class Stop(Exception):
    """A command cannot go on; its text says why and what to do, in plain words."""
