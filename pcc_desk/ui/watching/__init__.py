"""Watching a hashtag: the sheet where it begins and ends."""
