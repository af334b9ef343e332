"""Accounts with their platforms, as a panel needs them to name and draw a channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcc_desk.model.account import Account, AccountId
    from pcc_desk.model.channel import Platform
    from pcc_desk.services.desk import Services


@dataclass(frozen=True, slots=True)
class Presence:
    """One account and the platform it is on."""

    account: Account
    platform: Platform


Presences = Mapping["AccountId", Presence]
Platforms = Mapping[str, "Platform"]


def read_platforms(services: Services) -> Platforms:
    """Read every platform by its name; unlike presences they also cover accounts that are no longer connected."""
    return {platform.name: platform for platform in services.accounts.platforms()}


def read_presences(services: Services) -> Presences:
    """Read every account with its platform, in the office's fixed order."""
    accounts = services.accounts
    return {account.id: Presence(account, accounts.platform_of(account)) for account in accounts.all()}
