"""Country codes (ISO 3166-1 alpha-2) for the names of countries that people type."""

from functools import cache
from importlib.resources import files

# What people write that the table of the time zone database, which has one English name for each code, does not have.
OTHER_NAMES = {
    "AE": "UAE",
    "AT": "Österreich, Autriche",
    "BE": "Belgien, België, Belgique",
    "BR": "Brasil, Brasilien",
    "CH": "Schweiz, Suisse, Svizzera",
    "CN": "People's Republic of China, 中国",
    "CZ": "Czechia, Česko, Tschechien",
    "DE": "Deutschland, Allemagne, Alemania",
    "DK": "Danmark, Dänemark",
    "ES": "España, Spanien, Espagne",
    "FI": "Suomi, Finnland",
    "FR": "Frankreich, Francia",
    "GB": "United Kingdom, UK, Great Britain, England, Scotland, Wales, Northern Ireland, Großbritannien",
    "GR": "Griechenland, Hellas",
    "HK": "Hongkong",
    "HU": "Magyarország, Ungarn",
    "IE": "Éire, Irland",
    "IT": "Italia, Italien, Italie",
    "JP": "日本",
    "KR": "South Korea, Republic of Korea, Korea, 대한민국",
    "MX": "México, Mexiko",
    "NL": "The Netherlands, Nederland, Niederlande, Holland",
    "NO": "Norge, Norwegen",
    "PL": "Polska, Polen",
    "PT": "Portugal",
    "RU": "Russian Federation, Россия",
    "SE": "Sverige, Schweden",
    "TR": "Türkiye, Türkei",
    "US": "USA, US of A, United States of America, The United States, Vereinigte Staaten, États-Unis, Estados Unidos",
    "VN": "Viet Nam",
}


def country_code(typed: str) -> str:
    """Return the code of a country by its code or name, in English or its own language, "" if it is not known."""
    return _codes().get(_key(typed), "")


@cache
def _codes() -> dict[str, str]:
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    names = [(code, name) for code, name in rows] + [(code, code) for code, _name in rows]
    names += [(code, name) for code, several in OTHER_NAMES.items() for name in several.split(", ")]
    return {_key(name): code for code, name in names}


def _key(name: str) -> str:
    """Return what is the same however people write a name: "U.S.A." is "usa"."""
    return " ".join(name.replace(".", "").casefold().split())
