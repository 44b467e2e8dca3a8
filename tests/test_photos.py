"""Uploaded photos: only pictures are accepted, and only their pixels are stored."""

import re
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageChops, ImageStat

from seminars.actions import photos, pictures
from seminars.models import Department, Photo, Speaker
from seminars.views.uploads import MOST_OCTETS
from tests.admin_forms import address_of, errors_in, form_of, signed_in
from tests.factories import make_administrator, make_organiser, make_speaker, make_talk
from tests.pictures import picture

ROOT = Path(__file__).resolve().parent.parent
UNREADABLE = ["We cannot read this picture. Use JPEG, PNG or WebP."]


def kept(upload):
    return Image.open(BytesIO(photos.read(upload).content))


def refusal(upload):
    with pytest.raises(ValidationError) as refused:
        photos.read(upload)
    return refused.value.messages


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_small_as_webp(kind):
    photo = photos.read(picture(kind))

    assert (photo.width, photo.height) == (512, 384)
    assert Image.open(BytesIO(photo.content)).format == "WEBP"


def test_a_small_picture_is_not_blown_up():
    assert kept(picture(size=(100, 50))).size == (100, 50)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16"])
def test_every_way_to_store_colours_is_read(mode):
    kind = "JPEG" if mode in ("L", "CMYK") else "PNG"

    assert kept(picture(kind, mode=mode, colour=0)).mode == "RGB"


def test_transparency_stays():
    assert kept(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0))).mode == "RGBA"


def test_a_picture_lying_on_its_side_is_put_upright_and_forgets_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera of Ada"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (39.0, 57.0, 0.0)
    upload = picture(size=(400, 200), exif=exif, comment=b"taken at home")
    assert b"Camera of Ada" in upload.getvalue()

    photo = photos.read(upload)

    result = Image.open(BytesIO(photo.content))
    assert result.size == (200, 400)
    assert dict(result.getexif()) == {}
    assert [word for word in (b"Camera", b"EXIF", b"home", b"XMP") if word in photo.content] == []


def test_the_metadata_of_a_picture_is_dropped():
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", "<script>alert(1)</script>")

    assert b"script" not in photos.read(picture("PNG", pnginfo=words)).content


def test_bytes_after_the_end_of_a_picture_are_dropped():
    polyglot = BytesIO(picture().getvalue() + b"<script>alert(1)</script><?php system('id'); ?>")

    content = photos.read(polyglot).content

    assert (b"script" in content, b"php" in content) == (False, False)


@pytest.mark.django_db
def test_the_same_photo_twice_is_one_row():
    first, second = photos.keep(picture()), photos.keep(picture())

    assert first == second
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    ],
)
def test_a_file_that_is_not_a_picture_is_refused_with_a_message(content):
    assert refusal(BytesIO(content)) == UNREADABLE


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO"])
def test_other_kinds_of_picture_are_refused(kind):
    assert refusal(picture(kind, size=(64, 64))) == UNREADABLE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_cut_off_anywhere_is_refused(kind):
    noise = BytesIO()
    Image.effect_noise((120, 90), 90).convert("RGB").save(noise, kind)
    whole = noise.getvalue()

    answers = [refusal(BytesIO(whole[: len(whole) * part // 12])) for part in range(1, 11)]

    assert answers == [UNREADABLE] * 10


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def announced(width, height, colours=2):
    """A PNG of this declared size with almost no data."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b""))


@pytest.mark.parametrize(
    ("width", "height", "at_most"),
    [(7_000, 7_000, "5000 × 5000"), (5_001, 5_000, "5000 × 4999"), (12_000, 3_000, "10000 × 2500")],
)
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded_and_says_how_many_may_be(
    width, height, at_most
):
    sentence = f"This picture is {width} × {height} pixels. Make it at most {at_most} and try again."

    assert refusal(announced(width, height)) == [sentence]


@pytest.mark.parametrize("side", [30_000, 2_000_000_000])
def test_a_bomb_is_refused_before_it_is_decoded(side):
    assert refusal(announced(side, side)) == ["This picture has too many pixels. Choose a smaller one."]


def test_shades_of_grey_take_less_so_more_pixels_are_taken():
    assert kept(picture("PNG", size=(7_000, 7_000), mode="L", colour=9)).size == (512, 512)


def test_a_phone_photo_of_fifty_megapixels_is_accepted():
    assert kept(picture("JPEG", size=(8_192, 6_144))).size == (512, 384)


def test_a_progressive_photo_must_be_held_whole_so_fewer_pixels_are_taken():
    sentence = "This picture is 8192 × 6144 pixels. Make it at most 4714 × 3535 and try again."

    assert refusal(picture("JPEG", size=(8_192, 6_144), progressive=True, subsampling=0)) == [sentence]
    assert kept(picture("JPEG", size=(4_032, 3_024), progressive=True, subsampling=0)).size == (512, 384)


def test_a_photo_in_more_layers_than_any_program_writes_is_refused():
    usual = picture("JPEG", size=(64, 64), progressive=True).getvalue()
    one_more = pictures.START_OF_SCAN + b"\x00\x02"
    layered = usual[:-2] + one_more * pictures.MOST_SCANS + usual[-2:]

    assert refusal(BytesIO(layered)) == ["This JPEG has too many scans. Export it again as a standard (baseline) JPEG."]


def test_webp_is_decoded_in_several_copies_so_it_is_taken_up_to_five_megapixels():
    sentence = "This picture is 4000 × 3000 pixels. Make it at most 2581 × 1936 and try again."

    assert refusal(picture("WEBP", size=(4_000, 3_000))) == [sentence]
    assert kept(picture("WEBP", size=(2_500, 2_000))).size == (512, 410)


@pytest.mark.parametrize("size", [(9_000, 300), (300, 9_000), (3_001, 2_003)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_that_is_made_small_in_strips_keeps_its_shape_and_its_colours(kind, size):
    halves = Image.new("RGB", size, "teal")
    halves.paste("white", (0, 0, size[0], size[1] // 2))
    upload = BytesIO()
    halves.save(upload, kind, **({"quality": 95, "subsampling": 0} if kind == "JPEG" else {}))

    small = kept(upload).convert("RGB")

    expected = halves.resize(small.size, Image.Resampling.BOX)
    assert max(size) / max(small.size) == pytest.approx(min(size) / min(small.size), rel=0.5)
    assert ImageStat.Stat(ImageChops.difference(small, expected)).mean == pytest.approx([0, 0, 0], abs=6)


def test_a_transparent_palette_colour_stays_transparent():
    upload = BytesIO()
    Image.new("P", (2_100, 40), 0).save(upload, "PNG", transparency=0)

    assert kept(upload).getextrema()[3] == (0, 0)


def test_a_photo_that_waits_too_long_for_another_is_refused_with_a_message(monkeypatch):
    monkeypatch.setattr(photos, "WAIT", 0.01)

    with photos.ONE_AT_A_TIME:
        sentences = refusal(picture())

    assert sentences == ["The site is busy with other pictures. Try again in a minute."]
    assert kept(picture()).size == (512, 384)


def test_a_file_of_more_than_ten_megabytes_is_refused():
    huge = BytesIO(picture().getvalue() + b"\0" * photos.MOST_BYTES)

    assert refusal(huge) == ["This picture is larger than 10 MB. Choose a smaller one."]


# --- on the desk ---------------------------------------------------------------------------------------


def upload(content, name="ada.jpg"):
    return {"upload": SimpleUploadedFile(name, content, "image/jpeg")}


@pytest.mark.django_db
def test_an_organiser_uploads_a_portrait_and_takes_it_away_again():
    client, speaker = signed_in(make_organiser()), make_speaker()
    address = address_of(speaker)

    client.post(address, form_of(client, address) | upload(picture().getvalue()))
    shown = Speaker.objects.get().photo
    served = client.get(shown.get_absolute_url())
    client.post(address, form_of(client, address) | {"is_without_picture": "on"})

    assert (served["Content-Type"], served.content) == ("image/webp", bytes(shown.content))
    assert Speaker.objects.get().photo is None


@pytest.mark.django_db
def test_a_face_beside_a_name_is_a_small_picture_that_never_changes(client):
    photo = photos.keep(picture(size=(600, 400)))
    talk = make_talk(speakers=[make_speaker(photo=photo)])

    page = client.get(talk.get_absolute_url()).content.decode()
    face = client.get(re.search(r'<img class="face" src="([^"]+)"', page)[1])

    assert Image.open(BytesIO(face.content)).size == (192, 128)
    assert (face["Content-Type"], face["Cache-Control"]) == ("image/webp", "public, max-age=31536000, immutable")
    assert client.get(f"/portraits/{'0' * 64}.webp").status_code == 404


@pytest.mark.django_db
def test_a_face_that_an_earlier_release_stored_is_the_whole_photo(client):
    photo = photos.keep(picture())
    Photo.objects.update(portrait=b"")

    assert client.get(f"/portraits/{photo.pk}.webp").content == bytes(photo.content)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("content", [picture().getvalue(), b"<svg/>"], ids=["picture", "none"])
def test_an_upload_is_decoded_once_and_before_the_turn_to_save(monkeypatch, content):
    client, ada = signed_in(make_administrator()), make_speaker()
    address = address_of(ada)
    typed = form_of(client, address) | upload(content)
    is_within_the_turn, photo_of = [], pictures.photo_of

    def decode(raw):
        is_within_the_turn.append(connection.in_atomic_block)
        return photo_of(raw)

    monkeypatch.setattr(pictures, "photo_of", decode)
    client.post(address, typed)

    assert is_within_the_turn == [False]


@pytest.mark.django_db
def test_an_upload_that_is_not_a_picture_shows_an_error_and_typed_values_are_kept():
    client, speaker = signed_in(make_organiser()), make_speaker()
    address = address_of(speaker)

    response = client.post(address, form_of(client, address) | {"name": "Ada Lovelace"} | upload(b"<svg/>"))

    assert errors_in(response) == UNREADABLE
    assert 'value="Ada Lovelace"' in response.content.decode()


@pytest.mark.django_db
def test_an_upload_beyond_the_limit_is_refused_at_once():
    stranger = Client(enforce_csrf_checks=True)
    stranger.get("/sign-in/")

    sizes = (MOST_OCTETS - 1000, MOST_OCTETS)
    answers = [stranger.post("/sign-in/", upload(b"0" * size)).status_code for size in sizes]

    assert answers == [403, 400]


@pytest.mark.django_db
def test_the_department_has_a_logo():
    client = signed_in(make_administrator())
    Department.objects.update_or_create(pk=1, defaults={"name": "Engines"})
    address = reverse("admin:seminars_department_change", args=[1])

    client.post(address, form_of(client, address) | upload(picture("PNG").getvalue()))

    assert Department.objects.get().logo == Photo.objects.get()


def test_a_worker_that_has_seen_no_upload_has_not_imported_pillow():
    program = "import sys, seminars.wsgi; print('django' in sys.modules, 'PIL' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert told.stdout.split() == ["True", "False"]
