"""Each language in files of its own: no script and no stylesheet hides in a Python string."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

SOURCES = sorted(path for folder in ("app", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
# What a line of a script begins or ends with, or holds, and a sentence or a line of HTML does not.
SCRIPT = re.compile(
    r"^\s*(?:const|let|var) [\w{\[]|^\s*(?:return\b|for \(|while \(|function\b|export |import \{|await |try \{)"
    r"|^\s*\}? ?(?:else )?if \(|^\s*\}? ?(?:else|catch|finally) \{|=> *[\w{(\[\"'`!]|\w\.\w+ = |\w\(.*\)$"
)
RULE = re.compile(
    r"[\w.#:*@\[\]>+~)][^{}\n;]*\{\s*(?:[\w-]+ *:\s[^{}]*|[^{}]*:[^{}]*;[^{}]*|[^{}\n]*\{[^{}]*:[^{}]*\}\s*)\}"
)
VALUE = "0"  # in place of what an f-string fills in


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Every string of a module but its docstrings: line and text."""
    tree = ast.parse(source)
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        if isinstance(node, ast.JoinedStr):
            skipped.update(node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(p.value if isinstance(p, ast.Constant) else VALUE for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.lineno, node.value


def other_languages(source: str) -> list[int]:
    """Lines on which a string of several lines of script, or a rule of a stylesheet, begins."""
    return [line for line, text in strings(source) if _is_script(text) or RULE.search(text)]


def _is_script(text: str) -> bool:
    return not _is_python(text) and sum(bool(SCRIPT.search(line)) for line in text.splitlines()) > 1


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_scripts_and_stylesheets_are_files_of_their_own(path: Path) -> None:
    assert other_languages(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'CODE = """\nconst step = clock.value\nnow.location = step\n"""',
        'CODE = f"""\nif (x) {{\n  y.value = {1 + 1}\n}}\n"""',
        'CODE = "const a = 1\\nreturn a"',
        "f(code=\"window.addEventListener('drop', (event) => {\\n    take(event)\\n})\")",
        'CSS = "p { margin: 0 }"',
        'CSS = f".a, :host(.b) {{ width: {3}px; }}"',
        'CSS = """\n@media print {\n  p { color: red; }\n}\n"""',
    ],
)
def test_the_search_finds_scripts_and_rules(source: str) -> None:
    assert other_languages(source) != []


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring:\n\nconst a = 1\nreturn a\n"""',
        'CODE = "return String(Number((10 ** tick).toPrecision(3)))"',
        'STYLE = {"& input": {"padding": "8px 10px"}}',
        "TEXT = \"<div style='margin: 0; width: 3px'>words</div>\"",
        'CODE = """\nimport numpy\nstart = numpy.zeros(2)\nprint(start)\n"""',
        'TEXT = "at {value:.1%} of {name}"',
        'TEXT = """@article{one,\n  title = {Monge SAM: robust},\n  year = {2025},\n}"""',
        'TEXT = """\nFirst a sentence, which returns.\nThen {name}: another one.\n"""',
    ],
)
def test_the_search_passes_over_what_is_neither(source: str) -> None:
    assert other_languages(source) == []


def test_the_pages_stylesheet_and_python_name_one_colour_of_the_focus() -> None:
    from app.theme import FOCUS, PAGE_CSS

    assert f"--focus: {FOCUS};" in PAGE_CSS
