"""What the email bulletin and its mailbox are, as the desk knows them before anything of their adapter is loaded."""

from pcc_desk.model.channel import Ability, Counting, Field, Guarantee, Limits, Platform, Way

_FIELDS = (
    Field("bulletin", "Address of your bulletin list", "bulletin@lists.example.org", needed=False),
    Field(
        "recipients",
        "Or a list of people, as a CSV file on this PC",
        "C:\\Bulletin\\people.csv",
        needed=False,
        file="csv",
    ),
)
_SERVERS = (
    Field("imap", "Server for incoming email (leave empty if you do not know it)", "imap.example.org", needed=False),
    Field("smtp", "Server for outgoing email (leave empty if you do not know it)", "smtp.example.org", needed=False),
)
_AN_ID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
_ABOUT_LIST = (
    "For a bulletin, write the address your bulletin service gave you, or choose a CSV file with the columns email and "
    "consent date. Whoever has no consent date is left out. Leave both empty to use the mailbox only."
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
    sends_to_people=True,
    ways=(
        Way(
            "password",
            "Address and password",
            "Write the office's email address and its password. Where signing in asks for a code as well, make an app "
            "password in the mailbox's settings and use that.\n"
            "Leave both servers empty: PCC Desk looks for them. Only if it finds none, ask your IT team for them.\n"
            f"{_ABOUT_LIST}",
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
            "Ask your IT team for this once: in Microsoft Entra, under App registrations, a new app with the platform "
            "“Mobile and desktop applications”, the address http://localhost/microsoft, and the delegated rights "
            "IMAP.AccessAsUser.All and SMTP.Send.\n"
            "From the app's overview, copy the Application (client) ID and the Directory (tenant) ID into the fields.\n"
            "Write the address of the mailbox. It may be a shared one that you may open and send from.\n"
            f"{_ABOUT_LIST}\n"
            "Press “Open your web browser” and sign in as yourself. Come back here.",
            (
                Field("handle", "Email address", "office@example.org"),
                Field("app_id", "Application (client) ID", _AN_ID, remembered=True),
                Field("tenant", "Directory (tenant) ID", _AN_ID, remembered=True),
                *_FIELDS,
                Field("authority", "Sign-in server, if it is not Microsoft's own", needed=False, remembered=True),
            ),
            browser=True,
        ),
    ),
)
