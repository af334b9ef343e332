"""The desk's nouns as frozen values; standard library only."""
