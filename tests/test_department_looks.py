"""The department's own looks: logo, mark, masthead, typeface, and accents that are repaired."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from seminars.actions import photos
from seminars.formats import colours
from seminars.models import Department
from seminars.models.department import Logo
from tests.admin_forms import address_of, errors_in, form_of, messages_of, signed_in
from tests.factories import make_administrator, make_organiser, make_series, make_talk
from tests.pages import words
from tests.pictures import picture

pytestmark = pytest.mark.django_db
CLEAR = (0, 0, 0, 0)
LOOKS = "/admin/seminars/department/looks/"


def wordmark(colour, size=(400, 80)):
    """A logo of one colour on a transparent ground."""
    image, content = Image.new("RGBA", size, CLEAR), BytesIO()
    image.paste(colour, (0, 0, size[0] // 2, size[1]))
    image.save(content, "PNG")
    return BytesIO(content.getvalue())


def logos(**uploads):
    return Department(pk=1, **{name: photos.keep(upload) for name, upload in uploads.items()})


# --- which logo stands where ---


@pytest.mark.parametrize(
    ("colour", "light", "dark"), [("black", False, True), ("white", True, False), ("#e4572e", False, False)]
)
def test_a_single_logo_gets_a_plate_where_it_would_vanish(colour, light, dark):
    department = logos(logo=wordmark(colour))

    assert department.logo_on("light") == Logo(department.logo, has_plate=light)
    assert department.logo_on("dark") == Logo(department.logo, has_plate=dark)


def test_a_logo_for_dark_backgrounds_stands_there_without_a_plate():
    department = logos(logo=wordmark("black"), logo_dark=wordmark("white"))

    assert department.logo_on("light") == Logo(department.logo, has_plate=False)
    assert department.logo_on("dark") == Logo(department.logo_dark, has_plate=False)


def test_a_logo_for_dark_backgrounds_alone_stands_everywhere():
    department = logos(logo_dark=wordmark("white"))

    assert department.logo_on("light") == Logo(department.logo_dark, has_plate=True)
    assert department.logo_on("dark") == Logo(department.logo_dark, has_plate=False)


def test_a_picture_with_a_ground_of_its_own_needs_no_plate():
    department = logos(logo=picture(colour="black"))

    assert [department.logo_on(ground).has_plate for ground in ("light", "dark")] == [False, False]


def test_a_department_without_a_logo_shows_none():
    assert [Department(pk=1).logo_on(ground) for ground in ("light", "dark")] == [None, None]


@pytest.mark.parametrize(("size", "share"), [((80, 80), "1.000"), ((400, 100), "0.500"), ((100, 400), "2.000")])
def test_logos_of_all_shapes_cover_the_same_area(size, share):
    sheet = colours.render(logos(logo=wordmark("black", size)), []).decode()

    assert re.search(r"--logo:([\d.]+)", sheet)[1] == share
    assert re.search(r"--logo-dark:([\d.]+)", sheet)[1] == share


def test_pages_screens_and_posters_choose_their_logo(client):
    department = logos(logo=wordmark("black"), logo_dark=wordmark("white"))
    department.save()
    talk = make_talk()

    shown = {
        address: client.get(address).content.decode() for address in ("/", "/screen/", f"/talks/{talk.pk}/poster/")
    }

    light, dark = department.logo.get_absolute_url(), department.logo_dark.get_absolute_url()
    found = {address: re.findall(rf"{light}|{dark}", page) for address, page in shown.items()}
    assert found == {"/": [dark, light], "/screen/": [dark], f"/talks/{talk.pk}/poster/": [light]}


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_the_colours_of_an_embedded_list_do_not_change_the_logo_of_the_page_about_it(client, theme):
    Department.objects.create(pk=1, logo=photos.keep(wordmark("black")))

    page = client.get(f"/embed/demo/?theme={theme}").content.decode()

    assert re.findall(r'<picture class="(logo[^"]*)"', page) == ["logo has-dark-plate"]


# --- the square mark ---


def test_a_square_mark_is_the_icon_of_every_page(client):
    mark = photos.keep(wordmark("black", (300, 200)))
    Department.objects.create(pk=1, mark=mark, icon=photos.icon_of(mark))

    page = client.get("/").content.decode()
    links = dict(re.findall(r'<link rel="(icon|apple-touch-icon)"[^>]*href="([^"]+)"', page))
    icon = client.get(links["icon"])

    assert links == {"icon": f"/marks/{mark.pk}.png", "apple-touch-icon": f"/marks/{mark.pk}.png"}
    assert Image.open(BytesIO(icon.content)).size == (180, 180)
    assert (icon["Content-Type"], icon["Cache-Control"]) == ("image/png", "public, max-age=31536000, immutable")
    assert client.get("/favicon.ico").url == links["icon"]
    assert client.get(f"/marks/{'0' * 64}.png").status_code == 404


@pytest.mark.parametrize(("colour", "ground"), [("black", (255, 255, 255)), ("white", (21, 23, 27))])
def test_a_mark_stands_on_a_ground_on_which_it_is_seen(colour, ground):
    icon = Image.open(BytesIO(photos.icon_of(photos.keep(wordmark(colour, (200, 200)))))).convert("RGB")

    assert icon.getpixel((175, 90)) == ground


# --- masthead, typeface and notice ---


def test_a_solid_masthead_colours_the_frame_of_the_browser_too(client):
    Department.objects.create(pk=1, masthead="solid", accent="#ffd500")

    page = client.get("/").content.decode()

    assert '<header class="masthead is-solid">' in page
    assert re.findall(r'<meta name="theme-color" content="(#\w+)"', page) == [colours.solid("#ffd500")]


@pytest.mark.parametrize(
    ("typeface", "fonts", "rule"),
    [("both", ["serif", "sans"], ""), ("sans", ["sans"], "--serif:var(--sans)"),
     ("serif", ["serif"], "--sans:var(--serif)")],
)  # fmt: skip
def test_only_the_fonts_of_the_typeface_are_loaded(client, typeface, fonts, rule):
    Department.objects.create(pk=1, typeface=typeface)

    page, sheet = (client.get(address).content.decode() for address in ("/", "/colours.css"))

    assert re.findall(r'<link rel="preload" href="\S*/fonts/(\w+)\.\S*" as="font"', page) == fonts
    assert "".join(re.findall(r"--s\w+:var\(--s\w+\)", sheet)) == rule


def test_the_notice_says_that_it_is_one(client):
    Department.objects.create(pk=1, notice="The lift is out of order.")

    assert "Notice The lift is out of order." in words(client.get("/").content.decode())


# --- on the desk ---


@pytest.fixture
def desk():
    return signed_in(make_administrator())


@pytest.fixture
def department():
    return Department.objects.create(pk=1, name="Statistics", accent="#1a5fb4")


REPAIR = (
    "#ffd500 is too light for text: its contrast with the page is below 4.5 to 1. Pages use the darker #7a6600 instead."
)


@pytest.mark.parametrize(("accent", "told"), [("#ffd500", [REPAIR]), ("#7a1f2b", [])])
def test_the_form_says_which_colour_replaces_an_accent_that_is_too_light(desk, department, accent, told):
    address = address_of(department)

    desk.post(address, form_of(desk, address) | {"accent": accent})

    assert [sentence for sentence in messages_of(desk) if "too light" in sentence] == told
    assert Department.objects.get().accent == accent


def test_logo_dark_logo_and_mark_are_uploaded_and_removed_apart(desk, department):
    address = address_of(department)
    uploads = {"upload": "black", "upload_dark": "white", "upload_mark": "red"}
    files = {name: SimpleUploadedFile(f"{name}.png", wordmark(one).getvalue()) for name, one in uploads.items()}

    desk.post(address, form_of(desk, address) | files)
    full = Department.objects.get()
    desk.post(address, form_of(desk, address) | {"is_without_picture_dark": "on"})
    left = Department.objects.get()

    assert full.logo.is_dark
    assert full.logo_dark.is_light
    assert bytes(full.icon) == photos.icon_of(full.mark)
    assert (left.logo, left.logo_dark, left.mark) == (full.logo, None, full.mark)


def test_a_refused_picture_is_named_beside_its_own_field(desk, department):
    address = address_of(department)
    upload = {"upload_mark": SimpleUploadedFile("mark.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}

    answer = desk.post(address, form_of(desk, address) | upload)

    assert errors_in(answer) == ["We cannot read this picture. Use JPEG, PNG or WebP."]


def test_the_preview_shows_what_is_typed_and_saves_nothing(desk, department):
    typed = {"name": "Botany", "accent": "#ffd500", "masthead": "solid", "typeface": "odd", "theme": "dark"}

    page = desk.get(LOOKS, typed)
    sheet = desk.get("/admin/seminars/department/looks.css", typed).content.decode()

    assert "Botany" in words(page.content.decode())
    assert REPAIR in words(page.content.decode())
    assert '<header class="masthead is-solid">' in page.content.decode()
    assert f"--accent:{colours.adjusted('#ffd500')}" in sheet
    assert (page["X-Frame-Options"], "frame-ancestors 'self'" in page["Content-Security-Policy"]) == (
        "SAMEORIGIN",
        True,
    )
    assert str(Department.objects.get()) == "Statistics"


def test_only_those_who_may_see_the_department_see_the_preview(department):
    assert signed_in(make_organiser(make_series())).get(LOOKS).status_code == 403
