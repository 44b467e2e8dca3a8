"""Names, places and texts of the example department, as department.toml has them."""

import tomllib
from pathlib import Path

DATA = tomllib.loads(Path(__file__).with_name("department.toml").read_text(encoding="utf-8"))
HOME: str = DATA["home"]
TEXTS: dict = DATA["texts"]
