"""From a function to its syntax tree, and from the names in it to what they stand for."""

import ast
import importlib.util
import inspect
import sys
import textwrap
from types import CodeType, FunctionType, ModuleType
from typing import Any

Origin = tuple[Any, str, Any]  # (namespace or closure cell, name, value)


class Unsupported(Exception):
    """Says why a function cannot be written down as self-contained text."""


def definition(function: Any) -> ast.FunctionDef:
    """The bare definition of a function (of a lambda too), checked to be what the function really runs.

    Raises:
        Unsupported: for what is no plain function, or whose source is not at hand.
    """
    if not isinstance(function, FunctionType) or function.__defaults__ or function.__kwdefaults__:
        raise Unsupported(f"{getattr(function, '__name__', repr(function))} is no plain function")
    found = _lambda(function) if function.__name__ == "<lambda>" else _def(function)
    found.decorator_list, found.returns = [], None
    for argument in ast.walk(found.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    # a file may have changed since it was imported, and a decorator may have put another function in its place
    if not _same(_compiled(found, function.__code__.co_freevars), function.__code__):
        raise Unsupported(f"{function.__name__} is not what its source says")
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
        """What a name from outside stands for."""
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
        """What module.name stands for."""
        if isinstance(node.value, ast.Name) and node.value.id not in self.local:
            module = self.value(node.value.id)
            if isinstance(module, ModuleType) and hasattr(module, node.attr):
                return getattr(module, node.attr)
        raise Unsupported(f"{ast.unparse(node)} is no name in a module")

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


def _def(function: FunctionType) -> ast.FunctionDef:
    try:
        found = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        raise Unsupported(f"the source of {function.__name__} is not at hand") from None
    if not isinstance(found, ast.FunctionDef):
        raise Unsupported(f"{function.__name__} is not written as a def")
    return found


def _lambda(function: FunctionType) -> ast.FunctionDef:
    """A lambda is looked for in its whole file, because the lines it stands on need not be whole statements."""
    try:
        lines, _ = inspect.findsource(function)
        tree = ast.parse("".join(lines))
    except (OSError, TypeError, SyntaxError):
        raise Unsupported("the source of a lambda is not at hand") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda) and node.lineno == function.__code__.co_firstlineno:
            made = ast.FunctionDef("written", node.args, [ast.Return(node.body)], [])
            made.type_params = []
            made = ast.fix_missing_locations(ast.copy_location(made, node))
            if _same(_compiled(made, function.__code__.co_freevars), function.__code__):
                return made
    raise Unsupported("a lambda is not what its source says")


def _same(made: CodeType | None, code: CodeType) -> bool:
    return made is not None and _essence(made) == _essence(code)


def _essence(code: CodeType) -> tuple:
    constants = [repr(constant) for constant in code.co_consts if not isinstance(constant, CodeType)]
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, sorted(constants)


def _compiled(found: ast.FunctionDef, free: tuple[str, ...]) -> CodeType | None:
    arguments = ast.arguments([], [ast.arg(name) for name in free], None, [], [], None, [])
    outer = ast.FunctionDef("outer", arguments, [found], [])
    outer.type_params = []
    module = ast.fix_missing_locations(ast.Module([outer], []))
    made = next(c for c in compile(module, "<check>", "exec").co_consts if isinstance(c, CodeType))
    return next((c for c in made.co_consts if isinstance(c, CodeType)), None)
