"""A picture that is kept has lost place, time, camera and remarks, and nothing else."""

from io import BytesIO

import pytest
from PIL import Image, ImageOps

from models.applications.paper import look_at, without_metadata
from tests.made_up_files import CAMERA, FORMATS, GPS, ORIENTATION, REMARK, drawing, encoded, exif, pdf, talkative


def upright(content: bytes) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(BytesIO(content))).convert("RGB")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("media_type", FORMATS)
def test_a_kept_picture_has_lost_its_place_and_camera_and_still_stands_upright(
    media_type: str, orientation: int
) -> None:
    content = talkative(media_type, orientation)
    assert Image.open(BytesIO(content)).getexif().get_ifd(GPS)
    kept = without_metadata(content, media_type)
    assert CAMERA.encode() not in kept
    assert REMARK.encode() not in kept
    left = Image.open(BytesIO(kept)).getexif()
    assert dict(left) == ({} if orientation == 1 else {ORIENTATION: orientation})
    assert not left.get_ifd(GPS)
    assert upright(kept).tobytes() == upright(content).tobytes()


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_kept_picture_is_still_whole_and_stripping_it_again_changes_nothing(media_type: str) -> None:
    kept = without_metadata(talkative(media_type, 6), media_type)
    assert look_at(kept) == look_at(talkative(media_type))
    assert without_metadata(kept, media_type) == kept


def test_a_film_behind_the_end_of_a_photo_is_not_kept() -> None:
    content = talkative("image/jpeg")
    assert without_metadata(content + b"\0\0\0\x18ftypmp42" + bytes(500), "image/jpeg") == without_metadata(
        content, "image/jpeg"
    )


def test_the_colours_of_a_picture_are_kept() -> None:
    profile = b"made-up profile " * 9
    for media_type in FORMATS:
        kept = without_metadata(encoded(drawing(), media_type, icc_profile=profile), media_type)
        assert Image.open(BytesIO(kept)).info["icc_profile"] == profile


def test_printing_colours_are_kept() -> None:
    content = encoded(drawing("CMYK"), "image/jpeg", exif=exif(1))
    kept = without_metadata(content, "image/jpeg")
    assert Image.open(BytesIO(kept)).tobytes() == Image.open(BytesIO(content)).tobytes()
    assert (b"Adobe" in content, b"Adobe" in kept) == (True, True)


@pytest.mark.parametrize(("orientation", "announced"), [(1, 0x00), (6, 0x08)])
def test_a_kept_webp_announces_only_what_it_has(orientation: int, announced: int) -> None:
    kept = without_metadata(talkative("image/webp", orientation), "image/webp")
    assert kept[12:16] == b"VP8X"
    assert kept[20] & 0x0C == announced


@pytest.mark.parametrize("media_type", ["application/pdf", "image/heic", None])
def test_what_is_no_picture_is_kept_as_it_came(media_type: str | None) -> None:
    assert without_metadata(pdf(), media_type) == pdf()


def test_a_damaged_picture_hides_nothing_behind_the_damage() -> None:
    content = talkative("image/jpeg")
    at = content.index(b"\xff\xdb")
    assert without_metadata(content[:at] + b"broken" + content, "image/jpeg").count(CAMERA.encode()) == 0
