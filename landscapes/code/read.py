"""From a function to its syntax tree, and from the names in it to what they stand for."""

import ast
import importlib.util
import inspect
import sys
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from landscapes.shorten import shorten

MAX_EXCERPT = 60  # characters
Origin = tuple[Any, str, Any]  # (namespace or closure cell, name, value)


class Unsupported(Exception):
    """Says why a function cannot be written down as self-contained text, and where in it."""

    place: str | None = None

    def at(self, function: Any, node: ast.AST | None = None) -> "Unsupported":
        """Itself, with the place in the function if it had none."""
        code = getattr(function, "__code__", None)
        if self.place is None and code is not None:
            line = getattr(node, "lineno", code.co_firstlineno)
            self.place = f"{function.__name__}, {Path(code.co_filename).name} line {line}"
        return self

    def __str__(self) -> str:
        return super().__str__() + (f" ({self.place})" if self.place else "")


def plain_function(function: Any) -> FunctionType:
    """The function itself.

    Raises:
        Unsupported: for what is no function of Python without defaults.
    """
    if not isinstance(function, FunctionType) or function.__defaults__ or function.__kwdefaults__:
        raise Unsupported(f"{getattr(function, '__name__', repr(function))} is not a plain function")
    return function


def definition(function: FunctionType) -> ast.FunctionDef:
    """The bare definition of a plain function (of a lambda too), checked to be what the function really runs.

    Raises:
        Unsupported: for a function whose source is not available.
    """
    found = _found(function)
    if isinstance(found, ast.Lambda):
        found = ast.FunctionDef("written", found.args, [ast.Return(found.body)], [])
    found.decorator_list, found.returns = [], None
    if sys.version_info >= (3, 12):
        found.type_params = []
    for argument in ast.walk(found.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    if any(isinstance(constant, CodeType) for constant in function.__code__.co_consts):
        raise Unsupported(f"{function.__name__} defines functions of its own")
    if ast.get_docstring(found) is not None:
        found.body = found.body[1:] or [ast.Pass()]
    return found


class Scope:
    """What the names in a function stand for.

    Attributes:
        local: the names that are its own: arguments and variables, without those it imports.
        imported: name → value, of what it imports.
        origins: every value that was looked up, and where.
    """

    def __init__(self, function: FunctionType, body: ast.FunctionDef) -> None:
        self._cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        self._globals = function.__globals__
        self.origins: list[Origin] = []
        self.imported: dict[str, Any] = {}
        for statement in body.body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self._import(statement)
        self.local = set(function.__code__.co_varnames) - set(self.imported)
        for node in ast.walk(body):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in self.imported:
                raise Unsupported(f"{node.id} is imported and assigned")
            if isinstance(node, ast.Import | ast.ImportFrom) and node not in body.body:
                raise Unsupported("it imports within a block")

    def value(self, name: str) -> Any:
        """The value of a name from outside."""
        if name in self.imported:
            return self.imported[name]
        place = self._cells.get(name, self._globals)
        try:
            value = look_up(place, name)
        except (KeyError, ValueError):
            raise Unsupported(f"{name} is not defined") from None
        self.origins.append((place, name, value))
        return value

    def attribute(self, node: ast.Attribute) -> Any:
        """The value of module.name."""
        if isinstance(node.value, ast.Name) and node.value.id not in self.local:
            module = self.value(node.value.id)
            if isinstance(module, ModuleType) and hasattr(module, node.attr):
                return getattr(module, node.attr)
        raise Unsupported(f"{ast.unparse(node)} is not a name in a module")

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        """Takes what is imported from modules that are loaded already: reading a function executes nothing."""
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.asname is None and "." in alias.name:
                    raise Unsupported(f"import {alias.name} gives it no name of its own")
                self.imported[alias.asname or alias.name] = _module(alias.name)
            return
        try:
            name = "." * statement.level + (statement.module or "")
            module = _module(importlib.util.resolve_name(name, self._globals.get("__package__")))
        except ImportError:
            raise Unsupported(f"it imports from {name}, which is not known here") from None
        for alias in statement.names:
            if not hasattr(module, alias.name):
                raise Unsupported(f"{module.__name__} has no {alias.name}")
            value = getattr(module, alias.name)
            self.imported[alias.asname or alias.name] = value
            self.origins.append((vars(module), alias.name, value))


def look_up(place: Any, name: str) -> Any:
    """The value of a global name, a builtin or a closure variable."""
    if not isinstance(place, dict):
        return place.cell_contents
    if name in place:
        return place[name]
    builtins = place["__builtins__"]
    return (builtins if isinstance(builtins, dict) else vars(builtins))[name]


def current(origins: tuple[Origin, ...]) -> bool:
    """Whether everything that was looked up still has the value it had."""
    try:
        return all(look_up(place, name) is value for place, name, value in origins)
    except (KeyError, ValueError):
        return False


def _module(name: str) -> ModuleType:
    if name not in sys.modules:
        raise Unsupported(f"it imports {name}, which is not loaded")
    return sys.modules[name]


def _found(function: FunctionType) -> ast.FunctionDef | ast.Lambda:
    """The function's node in the whole text of its file, whose code has to be the function's."""
    name, code = function.__name__, function.__code__
    try:
        lines, _ = inspect.findsource(function)
        nodes, codes = _parsed("".join(lines))
    except (OSError, TypeError, SyntaxError, ValueError):
        raise Unsupported(f"the source of {name} is not available") from None
    # a file may have changed since it was imported, and a decorator may have put another function in its place
    if _essence(code) not in codes:
        raise Unsupported(f"{name} does not match its source")
    found = [node for node in nodes.get(code.co_firstlineno, ()) if _encloses(node, code)]
    if len(found) != 1 or getattr(found[0], "name", "<lambda>") != code.co_name:
        raise Unsupported(f"{name} cannot be distinguished from others on its line")
    return deepcopy(found[0])


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[dict[int, list[ast.FunctionDef | ast.Lambda]], frozenset[tuple]]:
    """The functions of a file by their first lines, and the essence of each one's code."""
    codes = [compile(text, "<read>", "exec", dont_inherit=True)]
    found: set[tuple] = set()
    while codes:
        inner = [constant for constant in codes.pop().co_consts if isinstance(constant, CodeType)]
        found.update(map(_essence, inner))
        codes += inner
    nodes: dict[int, list[ast.FunctionDef | ast.Lambda]] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            nodes.setdefault(_begins(node), []).append(node)
    return nodes, frozenset(found)


def _essence(code: CodeType) -> tuple:
    constants = tuple(repr(constant) for constant in code.co_consts if not isinstance(constant, CodeType))
    where = code.co_qualname, code.co_firstlineno
    return (*where, code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars)


def _begins(node: ast.FunctionDef | ast.Lambda) -> int:
    return min(part.lineno for part in (node, *getattr(node, "decorator_list", ())))


def _encloses(node: ast.AST, code: CodeType) -> bool:
    """Whether the code's instructions stand within the node: lambdas may share a line."""
    if not isinstance(node, ast.Lambda):
        return True
    first, last = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
    return all(
        first <= (line, column) and (end_line, end_column) <= last
        for line, end_line, column, end_column in code.co_positions()
        if line and end_line is not None and column is not None and end_column
    )


def excerpt(node: ast.AST) -> str:
    """A part of the text for a message, shortened."""
    return shorten(ast.unparse(node), MAX_EXCERPT)
