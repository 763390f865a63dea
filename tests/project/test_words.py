"""Names and sentences use the field's words; a short list of those that came up and do not."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

PACKAGES = ("landscapes", "optimizers", "figures", "lessons", "app")
FILES = sorted(path for folder in PACKAGES for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".mjs"})
NAMES = {
    "told",
    "fate",
    "fates",
    "hush",
    "wish",
    "forth",
    "veil",
    "desk",
    "told_once",
}  # parts of identifiers, or whole ones
COMMENTS = re.compile(r"\b(?:fates?|told|anew|lest|hush|taken for|taken apart|at hand|goes? on|dearest|by hand)\b")
SENTENCES = re.compile(
    r"\b(?:fates?|told|forth|anew|lest|hush|by hand|at rest|come to rest|looked at|taken apart|is gone|goes? on)\b"
)
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')


def identifiers(source: str) -> Iterator[str]:
    """Every name that a module defines or assigns."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def banned(name: str) -> bool:
    """Whether an identifier is, or has as a part, one of NAMES."""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().strip("_")
    return plain in NAMES or not NAMES.isdisjoint(plain.split("_"))


def sentences(path: Path) -> Iterator[str]:
    """Every string with a blank in it, but docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".mjs":
        yield from (quoted for quoted in QUOTED.findall(text) if " " in quoted)
        return
    tree = ast.parse(text)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        if is_text and " " in node.value and "return " not in node.value:
            yield node.value


def comments(path: Path) -> Iterator[str]:
    """Every comment, and in Python every docstring."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".mjs":
        yield from re.findall(r"(?://|/\*).*", text)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_names_and_sentences_are_in_standard_words(path: Path) -> None:
    assert [text for text in sentences(path) if SENTENCES.search(text)] == []
    assert [text for text in comments(path) if COMMENTS.search(text)] == []
    if path.suffix == ".py":
        assert [name for name in identifiers(path.read_text(encoding="utf-8")) if banned(name)] == []


@pytest.mark.parametrize(("name", "expected"), [("_hush", True), ("Fates", True), ("drawFate", True), ("fated", False)])
def test_a_name_is_judged_by_its_parts(name: str, expected: bool) -> None:
    assert banned(name) == expected
    assert list(identifiers(f"class {name}:\n    pass")) == [name]


def test_sentences_are_found_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text('"""Told."""\nx = f"The server is gone {x}"\n')
    (tmp_path / "two.mjs").write_text('const a = "Step forward", b = `Told ${a} now`\n')
    assert list(sentences(tmp_path / "one.py")) == ["The server is gone "]
    assert list(sentences(tmp_path / "two.mjs")) == ['"Step forward"', "`Told ${a} now`"]


def test_comments_are_found_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text('"""Told."""\nx = "not this"  # goes on\n')
    (tmp_path / "two.mjs").write_text("/** Told. */\nconst a = 1 // goes on\n")
    for name in ("one.py", "two.mjs"):
        assert len([text for text in comments(tmp_path / name) if COMMENTS.search(text.lower())]) == 2
