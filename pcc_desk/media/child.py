"""The child process: one picture in, one out, in little memory; what a bad picture breaks is only this process.

On its input: one line of JSON (`side` and `size` to shrink, neither to develop), then the picture. On its output: one
line of JSON, then the new picture; `sentence` in that line means that there is none, and `capped` tells whether the
system holds this process to its memory. With `film` in the first line, which names a file, the answer is one line
about that film.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pcc_desk.media.memory import limit_memory

BROKEN = 1  # the exit code when there is no answer, as when the desk that asked has ended
MEMORY_BYTES = 1_500_000_000  # 50 megapixels take 200 MB decoded; turning and resizing hold a few copies


def main() -> int:
    """Work on the picture on the standard input, write the outcome to the standard output, and give the exit code.

    Nothing gets out of here: a program without a console would show a person the traceback, and wait for an answer.
    """
    try:
        capped = limit_memory(MEMORY_BYTES)
        first, _, content = sys.stdin.buffer.read().partition(b"\n")
        order = json.loads(first)
        header, made = (examine(Path(order["film"])), b"") if "film" in order else work(order, content)
        sys.stdout.buffer.write(json.dumps({**header, "capped": capped}).encode() + b"\n" + made)
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - whatever it is, the desk takes the code for a picture that cannot be read
        return BROKEN
    return 0


def work(order: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Develop or shrink one picture, and give the answer's first line and the bytes."""
    # Pillow loads under the memory limit, and never in the desk's own process.
    from pcc_desk.errors import BadPicture
    from pcc_desk.media.darkroom import develop, shrink
    from pcc_desk.media.values import PictureLimits

    try:
        made = shrink(content, PictureLimits(**order)) if order else develop(content)
    except BadPicture as bad:
        return {"sentence": bad.sentence, "next_step": bad.next_step, "detail": bad.detail}, b""
    except MemoryError:
        return {"sentence": "This picture needs too much memory.", "next_step": "Make it smaller.", "detail": ""}, b""
    return {"mime": made.mime, "width": made.width, "height": made.height, "moved": made.moved}, made.content


def examine(path: Path) -> dict[str, Any]:
    """Say what the film in a file is."""
    # Each order loads only what it needs, under the memory limit.
    from pcc_desk.errors import BadFilm
    from pcc_desk.media.mp4 import inspect

    try:
        with path.open("rb") as file:
            return asdict(inspect(file, os.fstat(file.fileno()).st_size))
    except BadFilm as bad:
        return {"sentence": bad.sentence, "next_step": bad.next_step, "detail": bad.detail}
    except OSError as unreadable:
        detail = type(unreadable).__name__
        return {"sentence": "It cannot be opened.", "next_step": "Check that it is still there.", "detail": detail}


if __name__ == "__main__":
    sys.exit(main())
