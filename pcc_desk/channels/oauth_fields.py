"""The fields that ask for the office's own app at a platform; light, because every platform's table may hold them."""

from pcc_desk.model.channel import Field

APP_ID, APP_SECRET = "app_id", "app_secret"  # names of fields, and of secrets


def app_fields(example: str, secret: bool = True, id_label: str = "App ID") -> tuple[Field, ...]:
    """Give the fields that ask for the office's own app; `example` is how its ID may look."""
    asked = Field(APP_ID, id_label, example, remembered=True)
    return (asked, Field(APP_SECRET, "App secret", secret=True, remembered=True)) if secret else (asked,)
