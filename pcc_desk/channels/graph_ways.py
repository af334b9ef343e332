"""How a person signs in to Facebook and Instagram: loaded at every start, so it loads nothing that speaks."""

from pcc_desk.model.channel import Field, Way

_STEPS = """Open Meta Business Suite, then Settings, Users, System users.
Add a system user, and give it your Page with everything it may do there.
Press Generate token, choose your office’s app, and choose Never for when it ends.
Tick these permissions: {boxes}.
Generate the token, copy it and paste it here.
Copy the app ID and the app secret from the app’s settings too: Meta then tells PCC Desk when the token ends."""
PAGE_BOXES = (
    "pages_show_list, pages_manage_posts, pages_manage_engagement, pages_read_engagement, pages_read_user_content, "
    "and for messages pages_messaging"
)
INSTAGRAM_BOXES = (
    "pages_show_list, pages_read_engagement, instagram_basic, instagram_content_publish, instagram_manage_comments, "
    "and for messages instagram_manage_messages"
)


def ways(boxes: str) -> tuple[Way, ...]:
    """Give the ways to sign in with a token that has these permissions; one token may have those of both."""
    return (
        Way(
            "token",
            "Paste a token",
            _STEPS.format(boxes=boxes),
            (
                Field("secret", "Token", secret=True),
                Field("handle", "Name of the Page, if the token is for several", "Office of the PCC", needed=False),
                Field("app_id", "App ID (may stay empty)", "1234567890123456", needed=False, remembered=True),
                Field("app_secret", "App secret (may stay empty)", secret=True, needed=False, remembered=True),
            ),
            page="https://business.facebook.com/latest/settings/system_users",
        ),
    )
