"""The people of the example: invented names, institutions and lives."""

from importlib import import_module
from itertools import product
from random import Random

from seminars.models import Photo, Speaker
from seminars.models.addresses import short_slug
from seminars.models.speaker import proposed_sort_name

HOME = "Larkfield University"

# First and last names that go together; each pair is a person who might exist and, as far as we know, does not.
NAMES = (
    (
        "Imogen Rupert Beatrix Alistair Philippa Crispin",
        "Thackwell Marchbanks Pennifold Ormerod-Hale Wexcombe Tillotson",
    ),
    (
        "Amaranta Joaquín Ximena Leandro Itziar Fermín",
        "Echevarrieta Villacampa Montesdeoca Luzuriaga Peñarrubia Quiroz",
    ),
    (
        "Chiamaka Tobenna Adaeze Obinwa Folasade Kelechi",
        "Okwuosa-Bright Adeyanju Nwachinemere Eze-Obi Abiodunrin Ukaegbu",
    ),
    (
        "Haruka Sōta Misaki Takehiko Chiyo Ren",
        "Kuremori Tachikaze Hoshigami Asanuma-Ito Minadzuki Uenohara",
    ),
    (
        "Ruoxi Zhenhua Qianyu Boyang Meilin Yichen",
        "Shangguan Ouyang-Lin Zhuge Murong Dugu Ximen",
    ),
    (
        "Anneliese Gernot Roswitha Ansgar Mechthild Burkhard",
        "Vogelhuber Steinacker-Roth Wiesengrund Althoff-Kerr Morgenthau Hasenöhrl",
    ),
    (
        "Ishwarya Devdatta Kalindi Raghunath Sumedha Anirban",
        "Bhattathiri Kulkarnivar Sarvepalli-Rao Debnathan Iyengarwal Mukhopriya",
    ),
    (
        "Shirin Farzad Golnaz Behnam Layli Daryoush",
        "Khorsandian Mehrgan Tabatabai-Nour Ashkouri Zandieh Parvaresh",
    ),
    (
        "Solveig Torbjørn Ragnhild Øyvind Ingunn Halvard",
        "Fjellbakken Strandvoll Nordskaug Lysegården Breivoll Kvamsdal",
    ),
    (
        "Ludmila Yaroslav Zlatka Bohdan Radmila Miroslav",
        "Hrabivska Veličkovski Doležalová Zhuravlenko Petrashin Kowalewicz",
    ),
    (
        "Leilani Makoa Nalani Keoni Talia Tevita",
        "Kahananui Fonoti Tuimavave Kealoha-Reed Palakiko Vaioleti",
    ),
    (
        "Salwa Idris Hanane Yassine Rania Bilal",
        "Benmoussaoui Alkhateeb-Noor Chraïbi Mansourian Zeroualdi Haddoumi",
    ),
)
INSTITUTIONS = (
    "Northgate Institute of Technology", "Universität Altenfels", "Institut polytechnique de Valmont",
    "Kisaragi University", "Universidad de Río Claro", "Lakeshore University", "Fenwick College", "Meridian Research",
    "University of Saltmarsh", "Politecnico di Montefiore", "Harbour Labs", "Technical University of Eskholm",
    "Universidade de Vale Verde", "Pinewood State University", "Kestrel Computing", "University of New Avon",
)  # fmt: skip

LIVES = (
    "{first} works at {where}, mostly on questions that began as somebody else's bug report. Before that came four "
    "years of teaching and one of sailing.",
    "{first} is an associate professor at {where} and enjoys theorems that fit on a postcard. A collection of them is "
    "kept at the [homepage]({home}).",
    "{first} leads a small group at {where}. Its software is used in *libraries*, *ports* and one observatory.",
    "{first} came to computing by way of music, took a doctorate in mathematics, and has been at {where} since. "
    "Current interests:\n\n- proofs that computers can read\n- proofs that people can read",
    "{first} is a research scientist at {where} and has taught at three summer schools. Also: bread and bicycles.",
    "",
)
MOST_PORTRAITS = 120
STUDENT = "{first} is a doctoral student at {where} and will be looking for a position from next autumn."


def draw_up(count: int, random: Random) -> tuple[list[Speaker], list[Photo]]:
    """Return `count` unsaved people with different names, the first third of them at home, and some portraits."""
    speakers, photos = [], []
    draw = import_module("seminars.actions.example.portraits").portrait  # with Pillow, which workers do without
    for number, name in enumerate(_names(random)[:count]):
        speaker = _speaker(name, is_local=number < count // 3, random=random)
        if random.random() < 0.85 and len(photos) < MOST_PORTRAITS:
            speaker.photo = draw(name, random)
            photos.append(speaker.photo)
        speakers.append(speaker)
    return speakers, photos


def _names(random: Random) -> list[str]:
    names = [" ".join(pair) for first, last in NAMES for pair in product(first.split(), last.split())]
    random.shuffle(names)
    return names


def _speaker(name: str, *, is_local: bool, random: Random) -> Speaker:
    slug = short_slug(name)
    affiliation = HOME if is_local else random.choice(INSTITUTIONS)
    home = f"https://people.example.org/{slug}"
    life = STUDENT if is_local and random.random() < 0.5 else random.choice(LIVES)
    return Speaker(
        name=name,
        slug=slug,
        sort_name=proposed_sort_name(name),
        affiliation=affiliation,
        homepage=home if random.random() < 0.7 else "",
        biography=life.format(first=name.split()[0], where=affiliation, home=home),
        pronouns=random.choice(("", "", "", "she/her", "he/him", "they/them")),
        email=f"{slug}@example.org",
    )
