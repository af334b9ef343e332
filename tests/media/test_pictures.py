"""Pictures from anywhere come out safe, upright and small enough, or are refused in plain words."""

import io
import json
import struct
import subprocess
import sys
import zlib
from dataclasses import replace

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from pcc_desk.errors import BadPicture
from pcc_desk.media.pictures import child_command, clean, fit
from pcc_desk.media.values import PictureLimits
from tests.media.samples import jpeg, noise, written


def decoded(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_bomb(width: int, height: int) -> bytes:
    """Give a few bytes that claim to be a huge picture."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_where_and_how_a_photograph_was_taken_is_taken_out_and_it_stands_upright() -> None:
    notes = Image.Exif()
    notes[0x0112] = 6  # the camera was turned
    notes[0x010F] = "A CAMERA MAKER"
    notes.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)
    photo = jpeg(64, 48, notes.tobytes())
    assert b"A CAMERA MAKER" in photo
    made = clean(photo, "photo.jpg")
    assert (made.mime, made.width, made.height) == ("image/jpeg", 48, 64)
    assert b"A CAMERA MAKER" not in made.content and not decoded(made.content).getexif()
    pixel = decoded(made.content).convert("RGB").getpixel((24, 5))
    assert isinstance(pixel, tuple)
    red, _, blue = pixel
    assert red > 200 > blue, "the red half is on top now"


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photograph_with_an_odd_note_is_turned_all_the_same(turn: int) -> None:
    notes = Image.Exif()
    notes[0x0112], notes[0x0131] = turn, "A PROGRAM"
    odd = notes.tobytes().replace(struct.pack(">HHI", 0x0131, 2, 10), struct.pack(">HHI", 0x0131, 5, 1))
    assert odd != notes.tobytes()  # the name of the program claims to be a fraction
    made = clean(jpeg(64, 48, odd), "photo.jpg")
    plain = Image.Exif()
    plain[0x0112] = turn
    assert made.content == clean(jpeg(64, 48, plain.tobytes()), "photo.jpg").content
    assert (made.width, made.height) == ((64, 48) if turn < 5 else (48, 64))


@pytest.mark.parametrize("notes", [{"zip": True}, {"zip": False}])
def test_a_picture_with_long_notes_is_a_picture_like_any_other(notes: dict[str, bool]) -> None:
    written_down = PngImagePlugin.PngInfo()
    written_down.add_text("history", "x" * 2_000_000, **notes)
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, "PNG", pnginfo=written_down)
    assert clean(out.getvalue(), "drawn.png").mime == "image/png"


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_a_colour_that_stands_for_see_through_stays_see_through(mode: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    clear: int | tuple[int, int, int] = (255, 0, 255) if mode == "RGB" else 255
    drawn = Image.new(mode, (20, 10), clear)
    drawn.paste(0, (10, 0, 20, 10))
    out = io.BytesIO()
    drawn.save(out, "PNG", transparency=1 if mode == "1" else clear, icc_profile=profile if mode == "RGB" else b"")
    made = decoded(clean(out.getvalue(), "drawn.png").content)
    assert [made.getpixel(place) for place in ((5, 5), (15, 5))] in (
        [(*((255, 0, 255) if mode == "RGB" else (255, 255, 255)), 0), (0, 0, 0, 255)],
    )


def test_a_see_through_grey_of_few_bits_stays_see_through() -> None:
    rows = b"".join(b"\0\xff\x00" for _ in range(4))  # four pixels of four bits a row: two white, two black
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 4, 0, 0, 0, 0)) + chunk(b"tRNS", struct.pack(">H", 15))
    drawn = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    made = decoded(clean(drawn, "drawn.png").content)
    assert [made.getpixel((x, 1)) for x in (0, 3)] == [(255, 255, 255, 0), (0, 0, 0, 255)]


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_other_formats_become_ones_every_platform_takes(kind: str) -> None:
    drawn = Image.new("RGBA", (20, 10), (0, 0, 255, 0))
    assert clean(written(drawn, kind), "drawn").mime == "image/png"
    assert clean(written(drawn.convert("RGB"), "WEBP"), "drawn").mime == "image/jpeg"


def test_a_page_scanned_in_sixteen_bits_keeps_its_greys() -> None:
    scan = Image.new("I;16", (3, 1))
    for x, level in enumerate((0, 32_896, 65_535)):
        scan.putpixel((x, 0), level)
    made = Image.open(io.BytesIO(clean(written(scan, "PNG"), "scan.png").content)).convert("L")
    assert [made.getpixel((x, 0)) for x in range(3)] == [0, 128, 255]


def test_a_picture_with_a_broken_colour_profile_is_still_taken() -> None:
    made = clean(written(Image.new("RGB", (8, 8), "red"), "JPEG", icc_profile=b"junk" * 40), "red.jpg")
    assert "icc_profile" not in Image.open(io.BytesIO(made.content)).info


def test_the_comment_of_a_photograph_is_taken_out() -> None:
    photo = written(Image.new("RGB", (8, 8), "red"), "JPEG", comment=b"TAKEN AT HOME")
    assert b"TAKEN AT HOME" in photo and b"TAKEN AT HOME" not in clean(photo, "photo.jpg").content


def test_words_hidden_in_a_picture_are_taken_out() -> None:
    from PIL.PngImagePlugin import PngInfo

    hidden = PngInfo()
    hidden.add_text("Comment", "the home address of a witness")
    made = clean(written(Image.new("RGB", (9, 9)), "PNG", pnginfo=hidden), "drawn.png")
    assert b"witness" not in made.content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not a picture"),
        (b"<svg onload=alert(1)>", "not a picture"),
        (b"%PDF-1.7", "not a picture"),
        (written(Image.new("RGB", (9, 9)), "TIFF"), "not a picture"),
        (jpeg()[:-20], "damaged"),
        (noise(90, 90)[:5_000], "damaged"),
        (png_bomb(50_000, 40_000), "the most is 50 megapixels"),
        (png_bomb(2**31 - 1, 2**31 - 1), "megapixels"),
        (png_bomb(7_000, 7_000), "damaged"),
    ],
)
def test_what_cannot_be_used_is_refused_in_plain_words(content: bytes, sentence: str) -> None:
    with pytest.raises(BadPicture) as refused:
        clean(content, "poster")
    assert "“poster” was not added." in refused.value.sentence and sentence in refused.value.sentence


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(BadPicture, match="took too long"):
        clean(noise(2_000, 2_000), "slow.png", seconds=0.05)


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadPicture, match="larger than 100 MB"):
        clean(bytes(100_000_001), "film.mov")


def test_a_picture_that_fits_keeps_its_bytes_and_none_is_made_larger() -> None:
    small = clean(jpeg(), "small.jpg").content
    assert fit(small, PictureLimits(1_000_000, 2_000)).content == small
    assert fit(small, PictureLimits(0, 64)).content == small


@pytest.mark.parametrize(("width", "height"), [(3_000, 40), (40, 3_000), (1_500, 1_400)])
def test_a_large_picture_is_made_to_fit_and_keeps_its_shape(width: int, height: int) -> None:
    large = clean(noise(width, height), "large.png")
    made = fit(large.content, PictureLimits(120_000, 1_000))
    assert len(made.content) <= 120_000 and max(made.width, made.height) <= 1_000
    assert decoded(made.content).size == (made.width, made.height)
    assert made.width / made.height == pytest.approx(width / height, rel=0.2)


def test_a_drawing_stays_a_png_while_that_is_small_enough() -> None:
    drawing = clean(written(Image.new("RGB", (2_000, 1_000), "navy"), "PNG"), "drawing.png")
    assert fit(drawing.content, PictureLimits(50_000, 500)).mime == "image/png"


def test_the_same_picture_and_limits_always_give_the_same_bytes() -> None:
    limits = PictureLimits(60_000, 400)
    assert len({fit(noise(500, 400), limits).content for _ in range(3)}) == 1


@pytest.mark.parametrize("limits", [PictureLimits(0, 2_000), PictureLimits(30_000, 300), PictureLimits(8_000, 97)])
@pytest.mark.parametrize("size", [(600, 200), (200, 600), (331, 173)])
def test_a_picture_is_cropped_to_a_shape_that_is_shown_and_never_made_larger(
    limits: PictureLimits, size: tuple[int, int]
) -> None:
    shown = replace(limits, narrowest=0.8, widest=1.91)
    made = fit(clean(noise(*size), "wide.png").content, shown)
    assert 0.8 <= made.width / made.height <= 1.91
    assert made.width <= size[0] and made.height <= size[1] and max(made.width, made.height) <= limits.side
    assert not limits.size or len(made.content) <= limits.size
    assert made == fit(clean(noise(*size), "wide.png").content, shown)


def test_what_is_left_of_a_picture_lies_about_the_point_that_was_chosen() -> None:
    left_half_red = clean(written(Image.new("RGB", (600, 100), "blue"), "PNG"), "flag.png")
    picture = decoded(left_half_red.content)
    picture.paste("red", (0, 0, 100, 100))
    square = PictureLimits(0, 2_000, narrowest=1.0, widest=1.0)
    for across, colour in ((0.05, (255, 0, 0)), (0.95, (0, 0, 255))):
        made = fit(written(picture, "PNG"), replace(square, across=across))
        assert (made.width, made.height) == (100, 100) and decoded(made.content).getpixel((50, 50)) == colour


def test_a_picture_whose_shape_is_shown_keeps_its_bytes() -> None:
    clean_bytes = clean(jpeg(640, 480), "hall.jpg").content
    assert fit(clean_bytes, PictureLimits(0, 2_000, narrowest=0.8, widest=1.91)).content == clean_bytes


def test_a_phone_s_photo_with_a_second_picture_behind_it_stays_a_photo_that_does_not_move() -> None:
    photo, both = decoded(jpeg(320, 240)), io.BytesIO()
    photo.save(both, "MPO", save_all=True, append_images=[photo.resize((160, 120))])
    made = clean(both.getvalue(), "IMG_0001.jpg")
    assert (made.mime, made.width, made.height, made.moved) == ("image/jpeg", 320, 240, False)


def test_of_a_picture_that_moves_the_first_is_kept_and_that_is_told() -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "white", "blue")]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    assert clean(moving.getvalue(), "party.gif").moved
    assert not clean(written(frames[0], "GIF"), "still.gif").moved and not clean(jpeg(), "hall.jpg").moved


def test_the_child_loads_neither_a_window_nor_a_database() -> None:
    asked = (
        "import sys; from pcc_desk.media import child; child.work({}, b'');"
        "print([name for name in ('PySide6', 'sqlalchemy', 'requests') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("limited", [True, False])
def test_the_child_cannot_take_all_the_memory(limited: bool) -> None:
    limit = "assert limit_memory(MEMORY_BYTES)" if limited else "pass"
    words = (
        "from pcc_desk.media.child import MEMORY_BYTES; from pcc_desk.media.memory import limit_memory;"
        f"{limit}; bytearray(2_000_000_000)"
    )
    died = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=False)
    assert ("MemoryError" in died.stderr) is limited


@pytest.mark.parametrize("order", [b"", b"{}", b"rubbish\n", b'{"film": 3}\n', b"[]\n"])
def test_a_child_whose_desk_ended_before_it_asked_ends_without_a_word(order: bytes) -> None:
    ran = subprocess.run(child_command(), input=order, capture_output=True, check=False, timeout=60)
    assert ran.stderr == b"" and (ran.returncode != 0 or json.loads(ran.stdout)["sentence"])


def test_the_program_can_name_its_child() -> None:
    assert child_command()[0] == sys.executable


def test_where_only_photographs_are_taken_a_drawing_becomes_one_on_white() -> None:
    drawing = clean(written(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG"), "logo.png")
    made = fit(drawing.content, PictureLimits(1_000_000, 2_000, photo=True))
    assert (made.mime, made.width, made.height) == ("image/jpeg", 40, 30)
    assert min(decoded(made.content).convert("L").tobytes()) > 250
    photograph = clean(jpeg(), "hall.jpg").content
    assert fit(photograph, PictureLimits(1_000_000, 2_000, photo=True)).content == photograph
