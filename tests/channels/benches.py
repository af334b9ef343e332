"""The bench of every platform that is reached over the web, by its name; one without a bench is refused."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from tests.channels.bench_bluesky import bluesky_rig
from tests.channels.bench_facebook import facebook_rig
from tests.channels.bench_instagram import instagram_rig
from tests.channels.bench_linkedin import linkedin_rig
from tests.channels.bench_mastodon import mastodon_rig
from tests.channels.bench_threads import threads_rig
from tests.channels.bench_wordpress import wordpress_rig
from tests.channels.bench_x import x_rig
from tests.channels.bench_youtube import youtube_rig
from tests.channels.rigs import Rig

RIGS: Mapping[str, Callable[[], AbstractContextManager[Rig]]] = {
    "bluesky": bluesky_rig,
    "facebook": facebook_rig,
    "instagram": instagram_rig,
    "linkedin": linkedin_rig,
    "mastodon": mastodon_rig,
    "threads": threads_rig,
    "wordpress": wordpress_rig,
    "x": x_rig,
    "youtube": youtube_rig,
}
