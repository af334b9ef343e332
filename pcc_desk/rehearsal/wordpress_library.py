"""What is put into a rehearsal website's library: a bare body, or a form with one file, as WordPress takes them."""

import re

from pcc_desk.rehearsal.forms import read_form
from pcc_desk.rehearsal.loopback import Reply, Request
from pcc_desk.rehearsal.wordpress_records import Picture

_FILE_NAME = re.compile(r'filename="([\w.-]+)"')


class Refusal(Exception):
    """The site says no: a code, its name for the error, and a sentence."""

    def __init__(self, code: int, error: str, message: str) -> None:
        super().__init__(message)
        self.reply = Reply({"code": error, "message": message, "data": {"status": code}}, code)


def uploaded(request: Request, number: int, most: int) -> Picture:
    """Read the picture or film a request brings, of up to `most` bytes where it is a form. Raises: Refusal."""
    _, files = read_form(request)
    if "file" in files:
        file = files["file"]
        if len(file.content) > most:
            why = "The uploaded file exceeds the upload_max_filesize directive in php.ini."
            raise Refusal(500, "rest_upload_unknown_error", why)
        return Picture(number, file.name, file.kind, file.content)
    name = _FILE_NAME.search(request.headers.get("content-disposition", ""))
    if name is None or not request.content:
        raise Refusal(400, "rest_upload_no_content_disposition", "No Content-Disposition supplied.")
    return Picture(number, name[1], request.headers.get("content-type", "application/octet-stream"), request.content)
