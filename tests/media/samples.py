"""Pictures for tests, good and bad, made on the spot."""

import io
import random

from PIL import Image


def jpeg(width: int = 64, height: int = 48, exif: bytes = b"") -> bytes:
    """Give a photograph, half red and half blue."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    return written(picture, "JPEG", exif=exif, quality=95)


def noise(width: int, height: int, kind: str = "PNG") -> bytes:
    """Give a picture that no format makes small."""
    pixels = random.Random(7).randbytes(width * height * 3)
    return written(Image.frombytes("RGB", (width, height), pixels), kind)


def written(picture: Image.Image, kind: str, **settings: object) -> bytes:
    """Give a picture's bytes in one format."""
    out = io.BytesIO()
    picture.save(out, kind, **settings)
    return out.getvalue()
