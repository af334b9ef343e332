"""What the child process does to a picture; Pillow is used here and nowhere else."""

import io
from dataclasses import replace

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from pcc_desk.errors import BadPicture
from pcc_desk.media.values import CleanPicture, PictureLimits
from pcc_desk.model.cropping import Focus, Shape

MOST_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png"}
_QUALITIES = (88, 80, 70)  # below 70 lettering in a picture gets hard to read, so the picture shrinks instead
_SHRINK = 0.8
_LONGEST_NOTE, _MOST_NOTES = 16_000_000, 64_000_000  # bytes
_KEPT_QUALITY = 92
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_USE_ANOTHER = "Choose a JPEG, PNG, GIF or WebP picture."


def develop(content: bytes) -> CleanPicture:
    """Decode a picture from anywhere, turn it upright and write it anew without anything but its pixels.

    Raises:
        BadPicture: it is no picture, is damaged, or has more than 50 million pixels.
    """
    picture = _decode(content)
    photo = picture.format in ("JPEG", "MPO", "WEBP")  # the second is a phone's JPEG with a smaller copy behind it
    chosen = "JPEG" if photo and not _is_see_through(picture) else "PNG"
    moved = picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1
    upright = _as_srgb(_layered(_in_eight_bits(_upright(picture)), content))
    return replace(_written(_without_notes(upright, chosen), chosen, _KEPT_QUALITY), moved=moved)


def shrink(content: bytes, limits: PictureLimits) -> CleanPicture:
    """Make a clean picture fit: the same bytes when it does already, never larger, a PNG as long as that may be.

    Of what has a shape that is not shown, the part about a point is left.

    Raises:
        BadPicture: it cannot be read.
    """
    picture = _decode(content)
    chosen = str(picture.format)
    drawing = chosen == "PNG" and not limits.photo
    cropped = _in_shape(picture, limits)
    if (
        cropped is picture
        and max(picture.size) <= limits.side
        and _fits(content, limits)
        and (drawing or chosen == "JPEG")
    ):
        return CleanPicture(content, _MIMES[chosen], *picture.size)
    cropped.thumbnail((limits.side, limits.side), Image.Resampling.LANCZOS)
    picture = _in_shape(cropped, limits)  # a shape just allowed may be a pixel off when it is smaller
    if drawing and _fits((written := _written(picture, "PNG", 0)).content, limits):
        return written
    photo = _without_notes(picture, "JPEG")
    while True:
        for quality in _QUALITIES:
            written = _written(photo, "JPEG", quality)
            if _fits(written.content, limits) or max(photo.size) <= 1:
                return written
        smaller = (max(1, round(photo.width * _SHRINK)), max(1, round(photo.height * _SHRINK)))
        photo = _in_shape(photo.resize(smaller, Image.Resampling.LANCZOS), limits)


def _in_shape(picture: Image.Image, limits: PictureLimits) -> Image.Image:
    """Give the part of a picture that may be shown; the very same picture where that is the whole."""
    shape, focus = Shape(limits.narrowest, limits.widest), Focus(limits.across, limits.down)
    box = shape.crop(*picture.size, focus)
    return picture if box == (0, 0, *picture.size) else picture.crop(box)


def _decode(content: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # the limit below refuses before decoding, in the office's own words
    # Notes are thrown away, so a good picture may have long ones; the process has its own limit of memory.
    PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY = _LONGEST_NOTE, _MOST_NOTES
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except Exception as unknown:  # damaged headers raise whatever the decoder meets
        raise BadPicture("This file is not a picture PCC Desk can use.", _USE_ANOTHER, _kind(unknown)) from unknown
    if picture.width * picture.height > MOST_PIXELS:
        raise BadPicture(
            f"This picture has {picture.width * picture.height // 1_000_000} megapixels; the most is 50 megapixels.",
            "Make it smaller, then add it again.",
        )
    try:
        picture.load()
    except Exception as damage:
        raise BadPicture("This picture is damaged.", "Choose another copy of it.", _kind(damage)) from damage
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    # Pillow's own way writes the notes anew, and fails at one that is odd although only this one matters.
    try:
        turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - damaged notes raise whatever their reader meets
        return picture
    return picture if turn is None else picture.transpose(turn)


def _layered(picture: Image.Image, content: bytes) -> Image.Image:
    """Turn a colour that stands for "see-through" into a layer, which outlives a change of colours."""
    clear, depth = picture.info.get("transparency"), content[24:25]  # a PNG's bits of each grey
    if clear is None or picture.mode not in ("1", "L", "RGB"):
        return picture
    if picture.mode != "RGB" and isinstance(clear, int) and depth in (b"\2", b"\4"):
        picture.info["transparency"] = clear * 255 // (2 ** depth[0] - 1)  # as the pixels were, but not this
    return picture.convert("RGBA")


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    # Pillow cuts deeper greys off at 255, which makes a scanned page all white, so they are scaled first.
    if picture.mode not in ("I", "I;16", "I;16L", "I;16B"):
        return picture
    return picture.convert("I").point(lambda level: level / 257).convert("L")


def _as_srgb(picture: Image.Image) -> Image.Image:
    # Without its profile a picture from a phone would lose its colours, so they are moved into the web's own first.
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "L", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        moved = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return picture  # a broken profile: the numbers alone are the best there is
    return moved or picture


def _without_notes(picture: Image.Image, chosen: str) -> Image.Image:
    see_through = _is_see_through(picture)
    if chosen == "PNG":
        clean = picture.convert("RGBA" if see_through else "RGB")
    elif see_through:
        layer = picture.convert("RGBA")
        clean = Image.new("RGB", layer.size, "white")
        clean.paste(layer, mask=layer.getchannel("A"))
    else:
        clean = picture.convert("RGB")
    clean.info.clear()
    return clean


def _is_see_through(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _written(picture: Image.Image, chosen: str, quality: int) -> CleanPicture:
    out = io.BytesIO()
    if chosen == "PNG":
        picture.save(out, "PNG", compress_level=6)
    else:
        picture.save(out, "JPEG", quality=quality, progressive=True, optimize=True)
    return CleanPicture(out.getvalue(), _MIMES[chosen], *picture.size)


def _fits(content: bytes, limits: PictureLimits) -> bool:
    return not limits.size or len(content) <= limits.size


def _kind(error: Exception) -> str:
    return type(error).__name__
