"""Reply tokens: an adapter's own notes of what an answer goes to, written as text and read back without trust."""

import json
from collections.abc import Mapping


def write(fields: Mapping[str, str]) -> str:
    """Write the same fields as the same text, always."""
    return json.dumps(dict(fields), sort_keys=True)


def read(token: str) -> Mapping[str, str]:
    """Read the fields back; a text that is not ours has none."""
    try:
        fields = json.loads(token)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in fields.items()} if isinstance(fields, dict) else {}
