"""What Facebook is and takes: loaded at every start, so it loads nothing that speaks."""

from pcc_desk.channels import graph_ways
from pcc_desk.model.channel import Ability, Counting, Guarantee, Limits, Platform
from pcc_desk.model.message import MessageKind
from pcc_desk.model.private_rule import PrivateRule

STREAMS = ("comments", "mentions", "visitors", "reviews", "messages")
PLATFORM = Platform(
    name="facebook",
    title="Facebook",
    letter="F",
    colour="#1a5fb4",
    limits=Limits(
        63_206,  # seen by other publishers for years; Meta's pages give no figure
        Counting.UTF16,  # Meta says "characters"; this never counts too few
        pictures=10,
        picture_bytes=4_000_000,  # error 1366046: "smaller than 4 MB"
        picture_side=2_048,  # Facebook makes larger ones smaller itself
        alt_length=1_000,  # no figure is published
        video_bytes=2_000_000_000,  # error 1363023: "larger than 2 GB"
        video_seconds=14_400.0,  # https://www.facebook.com/business/help/1534561009906955: 240 minutes
    ),
    abilities=Ability.PICTURES
    | Ability.ALT_TEXT
    | Ability.VIDEO
    | Ability.CAPTIONS
    | Ability.ANSWER
    | Ability.PRIVATE
    | Ability.WITHDRAW
    | Ability.EDIT
    | Ability.HIDE
    | Ability.REMOVE
    | Ability.LIVE,
    guarantee=Guarantee.C,
    streams=STREAMS,
    settle_seconds=120.0,  # posts have shown up minutes after an error (koala, 699)
    ways=graph_ways.ways(graph_ways.PAGE_BOXES),
    live_seconds=5.0,
    # developers.facebook.com/docs/messenger-platform/discovery/private-replies: once, within 7 days; 2,000 characters
    private_rule=PrivateRule(frozenset({MessageKind.COMMENT}), days=7, once=True, length=2_000),
    hiding="On Facebook its writer and their friends still see it.",
)
