"""Reading what a form with files carries, as a rehearsal server sees it."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP

from pcc_desk.rehearsal.loopback import Request


@dataclass(frozen=True, slots=True)
class File:
    """One file of a form."""

    name: str
    kind: str
    content: bytes


def read_form(request: Request) -> tuple[dict[str, str], dict[str, File]]:
    """Give the plain fields and the files of a multipart form; nothing of anything else."""
    kind = request.headers.get("content-type", "")
    whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.content, policy=HTTP)
    fields, files = dict[str, str](), dict[str, File]()
    for part in whole.iter_parts() if whole.is_multipart() else ():
        assert isinstance(part, Message)
        name = str(part.get_param("name", header="content-disposition") or "")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_filename() is None:
            fields[name] = content.decode()
        else:
            files[name] = File(str(part.get_filename()), part.get_content_type(), content)
    return fields, files
