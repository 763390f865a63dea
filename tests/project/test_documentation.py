"""What the documentation says was run: examples in docstrings and the README's blocks of Python."""

import doctest
import importlib
import pkgutil
import re

import pytest

from optimizers import OPTIMIZERS
from optimizers.hyperparameters import described
from tests.paths import ROOT

PACKAGES = ("landscapes", "optimizers", "figures", "lessons")


def modules() -> list[str]:
    found = []
    for package in PACKAGES:
        found.append(package)
        found += [info.name for info in pkgutil.walk_packages([str(ROOT / package)], prefix=f"{package}.")]
    return [name for name in found if not name.endswith("__main__")]


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_help_explains_every_hyperparameter_of_a_rule(rule):
    assert all(limit.about.endswith(".") and limit.symbol and limit.label for limit in described(rule).values())


@pytest.mark.verify
def test_the_api_reference_covers_every_module_and_asks_no_host_for_anything(tmp_path):
    from docs.api import build
    from docs.api import modules as documented

    build(tmp_path)
    pages = {str(page.relative_to(tmp_path)) for page in tmp_path.rglob("*.html")}
    assert {f"{name.replace('.', '/')}.html" for name in documented()} <= pages
    loaded = re.compile(r"""(?:src|href)=["']https?:[^"']+\.(?:js|css|woff2?|png)""")
    assert [page for page in pages if loaded.search((tmp_path / page).read_text("utf-8"))] == []


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)


def test_python_in_the_readme_runs_and_says_what_it_prints(capsys):
    """A line `# → text` after a statement is what that statement prints."""
    for block in blocks():
        exec(compile(block, "README.md", "exec"), {"__name__": "__main__"})
        assert capsys.readouterr().out.splitlines() == re.findall(r"# → (.*)", block)
    assert blocks()


def test_pictures_and_files_that_documents_name_exist():
    named = [
        (path.parent / name)
        for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
        for name in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text("utf-8"))
    ]
    assert named
    assert [path for path in named if not path.exists()] == []
