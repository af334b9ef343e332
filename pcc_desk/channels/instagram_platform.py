"""What Instagram is and takes: loaded at every start, so it loads nothing that speaks."""

from pcc_desk.channels import graph_ways
from pcc_desk.model.channel import Ability, Counting, Guarantee, Limits, Platform
from pcc_desk.model.message import MessageKind
from pcc_desk.model.private_rule import PrivateRule

# https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
PLATFORM = Platform(
    name="instagram",
    title="Instagram",
    letter="I",
    colour="#a3246f",
    limits=Limits(
        2_200,
        Counting.UTF16,  # Meta says "characters"; this never counts too few
        tags=30,
        tags_advised=5,  # newer pages of publishers say that no more count (ayrshare, 2026)
        pictures=10,
        picture_bytes=8_000_000,
        picture_side=1_440,  # wider ones are made smaller
        alt_length=1_000,
        narrowest=0.8,  # "a 4:5 to 1.91:1 range", JPEG only: the same page, "image specifications"
        widest=1.91,
        photos_only=True,
        one_shape=True,  # as several programs report it (docs.postsyncer.com, platforms/instagram)
        video_bytes=300_000_000,
        video_seconds=900.0,
        video_shape=10.0,
    ),
    abilities=Ability.PICTURES
    | Ability.ALT_TEXT
    | Ability.VIDEO
    | Ability.ANSWER
    | Ability.PRIVATE
    | Ability.WITHDRAW
    | Ability.HIDE
    | Ability.REMOVE
    | Ability.SEARCH,
    guarantee=Guarantee.B,
    streams=("comments", "mentions", "messages"),
    settle_seconds=90.0,
    poll_seconds=120.0,
    ways=graph_ways.ways(graph_ways.INSTAGRAM_BOXES),
    # developers.facebook.com/docs/messenger-platform/instagram/features/private-replies: once, within 7 days
    private_rule=PrivateRule(frozenset({MessageKind.COMMENT}), days=7, once=True, length=1_000, in_bytes=True),
    needs_picture=True,
    mixes=True,
    fetches=Ability.PICTURES,  # films are brought up by us
)
