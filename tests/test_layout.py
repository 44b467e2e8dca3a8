"""The rules of the code: which modules may query, write or use HTTP, what they may import, and how long they may be."""

import ast
import json
import re
import subprocess
from collections import Counter
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ASKING = {"filter", "exclude", "annotate", "alias", "aggregate", "extra", "raw"}
WRITING = {"bulk_create", "bulk_update", "create", "get_or_create", "update_or_create"}
QUIET = [
    "seminars/api/**",
    "seminars/views/**",
    "seminars/forms/**",
    "seminars/formats/**",
    "seminars/templatetags/**",
    "seminars/listings.py",
]
HTTP = [
    "seminars/views/*",
    "seminars/admin/*",
    "seminars/api/*",
    "seminars/page_cache/*",
    "seminars/middleware.py",
]
ICALENDAR = [
    "seminars/formats/ics*.py",
    "seminars/importing/sources/calendar.py",
    "seminars/importing/sources/ical_*.py",
]
FAMILIES = [["ics*.py", "vtimezone.py", "new_rules.py"], ["spreadsheet*.py"], ["card*.py", "colours.py"],
            ["signing_in.py", "passwords.py", "account_invitations.py", "second_step.py", "single_sign_on.py",
             "openid_connect.py", "proxy_header.py", "provider_failure.py"],
            ["subscriptions.py", "calendar_invitations.py", "asking_for_mail.py"],
            ["health.py", "visitors.py"]]  # fmt: skip


@cache
def tracked(*patterns):
    """The files of the next commit, without files that tools leave behind."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in map(Path, listed) if (ROOT / path).is_file()]


def modules(*patterns):
    return [path for path in tracked(*(f":(glob){pattern}" for pattern in patterns)) if path.suffix == ".py"]


def tree(path):
    return ast.parse((ROOT / path).read_text(), str(path))


def methods_called(source):
    """Every call of the form `thing.name(…)`, with its name."""
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def is_question(name, call):
    """`register.filter(…)` registers a template filter and asks nothing."""
    return name in ASKING and not (isinstance(call.func.value, ast.Name) and call.func.value.id == "register")


def is_write(name, call):
    """Tell a row's `save`, `update` and `delete` from those of an image, a dictionary, a digest or the cache.

    A row or queryset takes keywords only: `save(update_fields=…)`, `update(state=…)`, `delete()`. The others take
    what they work on first: `image.save(file)`, `digest.update(line)`, `cache.delete(key)`. `dict.update(name=…)`
    counts as a write: `|=` says the same. `form.save(False)` is the form's.
    """
    first = call.args[0] if call.args else None
    if name.removeprefix("a") in {"save", "update", "delete"}:
        return first is None or (isinstance(first, ast.Constant) and isinstance(first.value, bool))
    return name in WRITING or name.removeprefix("a") in WRITING


@cache
def imported(path):
    """The full name of every module, or name of a module, that a module imports."""
    names = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names]
    return names


def matches(path, patterns):
    return any(fnmatch(str(path), pattern) for pattern in patterns)


def test_rendering_code_neither_queries_nor_writes():
    found = [
        f"{path}:{call.lineno} .{name}("
        for path in modules(*QUIET)
        for name, call in methods_called(tree(path))
        if is_question(name, call) or is_write(name, call)
    ]

    assert found == [], "a question belongs on a QuerySet in models/, a write in actions/"


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("Talk.objects.filter(pk=1)", True),
        ("room.talks.exclude(state='draft').count()", True),
        ("talks.annotate(n=Count('pk'))", True),
        ("talk.save()", True),
        ("talk.save(update_fields=['title'])", True),
        ("form.save(False)", True),
        ("form.save(commit=False)", True),
        ("Talk.objects.create(title='On engines')", True),
        ("talks.update(title='On engines')", True),
        ("talks.update(**changes)", True),
        ("talk.delete()", True),
        ("await talk.asave()", True),
        ("Talk.objects.bulk_create(talks)", True),
        ("Room.objects.get_or_create(name='Room 414')", True),
        ("@register.filter(is_safe=True)\ndef clock(moment): ...", False),
        ("image.save(file, 'WEBP')", False),
        ("digest.update(line)", False),
        ("words.update(others)", False),
        ("cache.delete(key)", False),
        ("context |= {'talk': talk}", False),
        ("Talk.objects.upcoming()", False),
    ],
)
def test_the_rule_distinguishes_rows_from_everything_else(line, is_found):
    calls = list(methods_called(ast.parse(line)))

    assert any(is_question(*call) or is_write(*call) for call in calls) == is_found


def importing(paths, *prefixes):
    """Those of the modules that import something whose full name begins like this, with the name."""
    return [(str(path), name) for path in paths for name in imported(path) if name.startswith(prefixes)]


def test_only_views_the_desk_and_the_page_cache_speak_http():
    paths = [path for path in modules("seminars/**") if not matches(path, HTTP)]

    assert importing(paths, "django.http.", "django.shortcuts.") == []


def test_only_the_feed_and_the_reader_know_icalendar():
    paths = [path for path in modules("seminars/**") if not matches(path, ICALENDAR)]

    assert importing(paths, "icalendar") == []


def test_times_and_text_know_no_database():
    assert importing(modules("seminars/times.py", "seminars/text/**"), "django.db") == []


def siblings_imported(path):
    """The modules of the same package that a module imports, without those of its family."""
    package = ".".join(path.parts[:2])
    siblings = {sibling.stem for sibling in modules(f"{path.parent}/*") if sibling.stem != "__init__"}
    names = [
        name.removeprefix(f"{package}.").split(".")[0] for name in imported(path) if name.startswith((package, "."))
    ]
    found = [name for name in names if name.lstrip(".") in siblings]
    for family in FAMILIES:
        if matches(path.name, family):
            found = [name for name in found if not matches(f"{name}.py", family)]
    return found


def test_siblings_do_not_import_each_other():
    found = {str(path): siblings_imported(path) for path in modules("seminars/views/**", "seminars/formats/**")}

    assert {path: names for path, names in found.items() if names} == {}


def test_tests_import_helper_modules_but_no_test_module_and_no_conftest():
    ours = importing(modules("tests/**"), "tests.", ".")

    assert [(path, name) for path, name in ours if re.search(r"\.(test_\w+|conftest)\b", name)] == [], (
        "move what is shared to a helper module in tests/, a fixture to tests/conftest.py"
    )


def own_modules():
    """All modules but migrations."""
    return [path for path in modules("**/*.py", "*.py") if "migrations" not in path.parts]


def is_silent(source):
    return bool(source.body) and not ast.get_docstring(source)


def test_a_module_says_what_it_is_for():
    assert [str(path) for path in own_modules() if is_silent(tree(path))] == []


def test_a_file_ends_before_400_lines():
    lines = {
        str(path): len((ROOT / path).read_text().splitlines())
        for path in tracked("*.py", "*.js", "*.css", "*.html", "*.md")
        if "migrations" not in path.parts and path.name != "CHANGELOG.md"  # they grow with each release
    }

    assert {path: number for path, number in lines.items() if number > 400} == {}


def test_no_two_classes_have_one_name():
    paths = [path for path in modules("seminars/**") if not {"migrations", "commands"} & set(path.parts)]
    named = [(node.name, str(path)) for path in paths for node in tree(path).body if isinstance(node, ast.ClassDef)]
    counted = Counter(name for name, _path in named)

    assert [(name, path) for name, path in named if counted[name] > 1] == []


def functions_in(source):
    return [node for node in ast.walk(source) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_a_function_ends_before_40_lines():
    functions = [(path, node) for path in own_modules() for node in functions_in(tree(path))]
    found = [f"{path}:{node.lineno} {node.name}" for path, node in functions if node.end_lineno - node.lineno >= 40]

    assert found == []


def test_the_top_of_the_project_holds_only_what_every_project_has():
    assert {path.parts[0] for path in tracked()} <= {
        ".ci", ".dockerignore", ".env.example", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md",
        "deploy", "docs", "findings", "SECURITY.md", "locale", "gunicorn.conf.py", "manage.py", "pyproject.toml",
        "requirements.txt", "seminars", "static", "templates", "tests",
    }  # fmt: skip


def test_nothing_points_outside_the_project():
    outside = "../" + "shared"
    written = [path for path in tracked() if path.parts[0] != "tests"]

    assert [str(path) for path in written if outside.encode() in (ROOT / path).read_bytes()] == []


@pytest.mark.parametrize("path", ["requirements.txt", "deploy/requirements-sign-in.txt", "tests/requirements.txt"])
def test_every_library_is_pinned_by_digest_and_no_registry_is_named(path):
    lines = (ROOT / path).read_text().splitlines()
    pins = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]

    assert [lines[number] for number in pins if "==" not in lines[number]] == []
    assert [lines[number] for number in pins if "--hash=sha256:" not in lines[number + 1]] == []
    assert [line for line in lines if "://" in line or "index" in line] == []


def test_every_package_of_npm_is_pinned_by_digest_and_no_registry_is_named():
    _ours, *packages = json.loads((ROOT / "tests/oidc_provider/package-lock.json").read_text())["packages"].values()

    assert [package for package in packages if not package["integrity"].startswith("sha512-")] == []
    assert [package for package in packages if "resolved" in package] == []


def test_the_example_environment_names_exactly_what_the_settings_read():
    readers = {"_str", "_bool", "_int", "_url", "text"}  # the last one in single_sign_on.py
    source = tree("seminars/settings.py")
    sources = [source, tree("seminars/single_sign_on.py")]
    calls = [node for one in sources for node in ast.walk(one) if isinstance(node, ast.Call)]
    calls = [call for call in calls if isinstance(call.func, ast.Name)]
    read = {
        ast.literal_eval(call.args[0]) for call in calls if call.func.id in readers and not is_parameter(call.args[0])
    }
    around = [name for name, call in methods_called(source) if ast.unparse(call.func.value) in {"env", "os.environ"}]

    assert set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)) == read
    assert sorted(around) == ["read_env", "str"], (
        "settings read the environment through _str, _bool, _int and _url only"
    )


def is_parameter(argument):
    """The readers pass the name on as a parameter."""
    return isinstance(argument, ast.Name)
