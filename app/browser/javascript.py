"""JavaScript and stylesheets from files of their own.

A script is an ES module whose default export takes one object of named arguments; what several share they import by a
relative path. It runs as the body of a function, its imports inlined: Bokeh imports a module from a blob URL, which
knows no relative path, comes too late for what happens while a page opens, and is imported twice where two events come
before it is there; Panel's `js_on_click` and Bokeh's formatters take function bodies alone. A body asks of a
Content-Security-Policy `unsafe-eval` and no `blob:`. It is evaluated at each call, so no module may keep state: what
lasts stands in the properties of a model that is passed to it.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from bokeh.models import CustomJS

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)"$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:(default) |((?:async )?function\*?|const) (\w+))", re.MULTILINE)
LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def script(path: Path, **args: Any) -> CustomJS:
    """Calls the default export of a module with these arguments, models among them."""
    return CustomJS(args=args, code=body(path, tuple(args)), module=False)


@cache
def body(path: Path, names: Iterable[str]) -> str:
    """A function body that returns what the default export makes of an object of these variables."""
    modules: dict[Path, str] = {}
    _add(path, modules)
    return f"{_joined(modules)}\nreturn {_variable(path, modules)}.main({{{', '.join(names)}}})"


@cache
def module(path: Path) -> str:
    """A module without imports, exporting what the file exports."""
    modules: dict[Path, str] = {}
    text = _without_imports(path, modules)
    return f"{_joined(modules)}\n{text}"


def _add(path: Path, modules: dict[Path, str]) -> None:
    """Adds a module as an expression after those that it imports.

    Raises:
        ValueError: where an import or export is of no form that is known here.
    """
    text = _without_imports(path, modules)
    exported = ", ".join("main" if main else name for main, _, name in EXPORT.findall(text))
    text = EXPORT.sub(lambda found: "const main = " if found[1] else f"{found[2]} {found[3]}", text)
    if left_over := LEFT_OVER.search(text):
        raise ValueError(f"{path.name}: {left_over[0]}")
    modules[path] = f"(() => {{\n{text}return {{ {exported} }}\n}})()"


def _without_imports(path: Path, modules: dict[Path, str]) -> str:
    def replace(found: re.Match) -> str:
        imported = (path.parent / found[2]).resolve()
        if imported not in modules:
            _add(imported, modules)
        return f"const {{{found[1]}}} = {_variable(imported, modules)}"

    return IMPORT.sub(replace, path.read_text("utf-8"))


def _variable(path: Path, modules: dict[Path, str]) -> str:
    return f"module{[*modules].index(path)}"


def _joined(modules: dict[Path, str]) -> str:
    return "\n".join(f"const {_variable(path, modules)} = {text}" for path, text in modules.items())
