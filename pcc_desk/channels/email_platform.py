"""What the email bulletin and its mailbox are, as the desk knows them before anything of their adapter is loaded."""

from pcc_desk.model.channel import Ability, Counting, Field, Guarantee, Limits, Platform, Way

_FIELDS = (
    Field("bulletin", "Address of your bulletin list", "bulletin@lists.example.org", needed=False),
    Field("recipients", "Or a list of people, as a CSV file on this PC", "C:\\Bulletin\\people.csv", needed=False),
)
_SERVERS = (
    Field("imap", "Server for incoming email (leave empty if you do not know it)", "imap.example.org", needed=False),
    Field("smtp", "Server for outgoing email (leave empty if you do not know it)", "smtp.example.org", needed=False),
)
_ABOUT_LIST = (
    "The bulletin goes to the address your bulletin service gave you, or to the people in a CSV file with the columns "
    "email and consent date; whoever has no consent date is left out. Leave both empty to use the mailbox only."
)
# Limits: most mail servers refuse more than 20 to 25 MB in one message; pictures travel one third larger than they are.
PLATFORM = Platform(
    name="email",
    title="Email",
    letter="@",
    colour="#566070",
    limits=Limits(
        None, Counting.CODE_POINTS, pictures=5, picture_bytes=2_000_000, picture_side=1_600, alt_length=1_000
    ),
    abilities=Ability.TITLE | Ability.PICTURES | Ability.ALT_TEXT | Ability.ANSWER | Ability.TELLS,
    guarantee=Guarantee.D,  # no mail server must keep a second copy away (RFC 5321, 6.1)
    streams=("inbox",),
    settle_seconds=120.0,
    poll_seconds=60.0,
    ways=(
        Way(
            "password",
            "Address and password",
            f"Write the office's email address and its password, or an app password. {_ABOUT_LIST}",
            (
                Field("handle", "Email address", "office@example.org"),
                Field("secret", "Password", secret=True),
                Field("user", "User name, if it is not the address", needed=False),
                *_SERVERS,
                *_FIELDS,
            ),
        ),
        Way(
            "microsoft",
            "Microsoft 365, with your web browser",
            "For mailboxes in Microsoft 365, which takes no passwords from programs. Ask IT for the Application "
            "(client) ID of an app with the rights IMAP.AccessAsUser.All and SMTP.Send, and with the address "
            f"http://localhost for desktop programs. Press Connect and sign in in your web browser. {_ABOUT_LIST}",
            (
                Field("handle", "Email address", "office@example.org"),
                Field("app_id", "Application (client) ID", remembered=True),
                *_FIELDS,
            ),
            browser=True,
        ),
    ),
)
