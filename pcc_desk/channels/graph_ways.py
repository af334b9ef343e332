"""How a person signs in to Facebook and Instagram: loaded at every start, so it loads nothing that speaks."""

from pcc_desk.model.channel import Field, Way

_STEPS = """Open Meta Business Suite, then Settings, Users, System users.
Add a system user, and give it your Page with everything it may do there.
Press Generate token, choose your office’s app, and choose Never for when it ends.
Tick the permissions that the guide names, and generate the token.
Copy the token and paste it here."""
# The wizard shows the same two boxes for Facebook and Instagram: one token serves both.
WAYS = (
    Way(
        "token",
        "Paste a token",
        _STEPS,
        (
            Field("secret", "Token", secret=True),
            Field("handle", "Name of the Page, if the token is for several", "Office of the PCC", needed=False),
        ),
        page="https://business.facebook.com/latest/settings/system_users",
    ),
)
