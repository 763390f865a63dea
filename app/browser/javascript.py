"""JavaScript and stylesheets from files of their own.

A script is an ES module whose default export takes one object of named arguments; what several share they import by a
relative path. It runs as the body of a function, its imports inlined. Bokeh could import a module too, from a blob URL;
but that knows no relative path, is there 2 ms after the first event (measured; 40 of them 60 ms), and is imported twice
where two events come before; and Panel's `js_on_click` and Bokeh's formatters take function bodies alone. A body needs
`unsafe-eval` in a Content-Security-Policy and no `blob:`. It is evaluated at each call, so no module may keep state:
what lasts stands in the properties of a model that is passed to it.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from bokeh.models import CustomJS

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)"$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:(default) |((?:async )?function\*?|const) (\w+))", re.MULTILINE)
EXPORTED_CONSTANT = re.compile(r"^export const (\w+)=", re.MULTILINE)
OTHER_IMPORT, OTHER_EXPORT = (re.compile(rf"^{word}\b.*", re.MULTILINE) for word in ("import", "export"))


def script(path: Path, **args: Any) -> CustomJS:
    """Calls the default export of a module with these arguments, models among them."""
    return CustomJS(args=args, code=body(path, tuple(args)), module=False)


@cache
def body(path: Path, names: tuple[str, ...]) -> str:
    """A function body that returns what the default export makes of an object of these variables.

    Raises:
        ValueError: where an import or export is of no form that is known here.
    """
    modules: dict[Path, str] = {}
    _add(path, modules)
    return f"{_joined(modules)}\nreturn {_variable(path, modules)}.main({{{', '.join(names)}}})"


@cache
def module(path: Path) -> str:
    """A module without imports, exporting what the file exports; for a component, whose module is evaluated once.

    Raises:
        ValueError: where an import or export is of no form that is known here.
    """
    modules: dict[Path, str] = {}
    text = _without_imports(path, modules)
    return f"{_joined(modules)}\n{text}"


def expression(module: str) -> str:
    """A generated module, whose exports are constants alone, as an expression: an object of its exports."""
    text = EXPORTED_CONSTANT.sub(r"const \1=", module)
    return "\n".join(["(() => {", text, f"return {{{','.join(EXPORTED_CONSTANT.findall(module))}}}", "})()"])


def _add(path: Path, modules: dict[Path, str]) -> None:
    """Adds a module as an expression after those that it imports."""
    text = _without_imports(path, modules)
    exported = ", ".join("main" if main else name for main, _, name in EXPORT.findall(text))
    text = EXPORT.sub(lambda found: "const main = " if found[1] else f"{found[2]} {found[3]}", text)
    _refuse(OTHER_EXPORT, text, path)
    modules[path] = f"(() => {{\n{text}return {{ {exported} }}\n}})()"


def _without_imports(path: Path, modules: dict[Path, str]) -> str:
    def replace(found: re.Match) -> str:
        imported = (path.parent / found[2]).resolve()
        if imported not in modules:
            _add(imported, modules)
        return f"const {{{found[1]}}} = {_variable(imported, modules)}"

    text = IMPORT.sub(replace, path.read_text("utf-8"))
    _refuse(OTHER_IMPORT, text, path)
    return text


def _refuse(other: re.Pattern, text: str, path: Path) -> None:
    if found := other.search(text):
        raise ValueError(f"{path.name}: {found[0]} is of no form that is known here")


def _variable(path: Path, modules: dict[Path, str]) -> str:
    return f"module{[*modules].index(path)}"


def _joined(modules: dict[Path, str]) -> str:
    return "\n".join(f"const {_variable(path, modules)} = {text}" for path, text in modules.items())
