"""From functions to one self-contained text: a rule's ascent and a landscape's gradient with all that they call.

Rules and landscapes are written once, as plain functions spread over modules, closures and notebooks. Here such a
function and everything it refers to become one text: constants as literals, helpers beside it under names of their
own, elementary functions under the names of `ATOMS`. NumPy executes the text on arrays and Numba compiles it for a
kernel, so both perform the same operations; and as the text leaves nothing out, its hash names the kernel on disk.
"""

import ast
import inspect
import linecache
import math
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

import autograd.numpy
import numpy as np

from landscapes import elementary
from landscapes.landscape import Landscape
from optimizers import vector_math

ATOMS = (
    *("abs", "sqrt", "where", "sign", "rint", "floor", "ceil", "minimum", "maximum", "hypot", "power"),
    *("exp", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan"),
)
LARGEST_POWER = 8
BUILTINS = {abs: "abs", range: "range", len: "len", min: "min", max: "max"}


class Unsupported(Exception):
    """Says why a function cannot be written down as self-contained text."""


def _atoms() -> dict[Callable, str]:
    named = {}
    for name in ATOMS:
        for module in (np, autograd.numpy, elementary):
            if hasattr(module, name):
                named[getattr(module, name)] = name
    return named


def _vectorised() -> dict[Callable, Callable]:
    return {
        getattr(module, name): getattr(vector_math, name)
        for module in (np, autograd.numpy, elementary)
        for name in ("sin", "cos", "tan", "exp", "log", "sinh", "cosh", "tanh", "arctan")
    }


ON_BITS = {
    function.__name__: function for function in (vector_math.power_of_two, vector_math.exponent, vector_math.mantissa)
}
NAMES = {**BUILTINS, **_atoms(), **{function: name for name, function in ON_BITS.items()}}
VECTORISED = _vectorised()


@dataclass(frozen=True)
class Text:
    """Self-contained definitions.

    Attributes:
        body: the definitions, each under the decorator `jit`, to be executed where the `ATOMS`, `ON_BITS` and
            `jit` are defined.
        names: the names in it of the functions asked for, in their order.
        origins: where the text took its constants and helpers from: (namespace or closure cell, name, value).
    """

    body: str
    names: tuple[str, ...]
    origins: tuple[tuple[Any, str, Any], ...]

    @property
    def current(self) -> bool:
        """Whether every global and closure variable that went into the text still has the value it had."""
        return all(_look_up(place, name) is value for place, name, value in self.origins)

    def on_arrays(self) -> tuple[Callable, ...]:
        """The functions asked for, to be called on NumPy arrays."""
        namespace = {name: getattr(np, name) for name in ATOMS} | ON_BITS | {"jit": lambda function: function}
        exec(compile(self.body, "<rule and landscape>", "exec"), namespace)
        return tuple(namespace[name] for name in self.names)


def write(functions: Iterable[Callable]) -> Text:
    """Writes functions down with everything they refer to.

    Raises:
        Unsupported: for what is no plain function, whose source is not at hand, or that refers to anything but numbers,
            tuples of numbers, elementary functions and functions that can be written down themselves.
    """
    writer = _Writer()
    names = tuple(writer.name_of(function) for function in functions)
    return Text("\n\n".join(writer.parts), names, tuple(writer.origins))


def gradient_of(landscape: Landscape) -> Callable | None:
    """The gradient to write down: from the landscape's source where it has one, its closed form, or None."""
    if landscape.source is None:
        return landscape.gradient if landscape.closed_form else None
    filename = f"<landscape {id(landscape)}>"
    linecache.cache[filename] = (len(landscape.source), None, landscape.source.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {}
    exec(compile(landscape.source, filename, "exec"), namespace)
    return namespace["gradient"]


class _Writer:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.origins: list[tuple[Any, str, Any]] = []
        self._written: dict[Any, str] = {}

    def name_of(self, function: Callable) -> str:
        """The name that stands for a function in the text, which gets its definition if it has none yet."""
        function = VECTORISED.get(function, function)
        if function in NAMES:
            return NAMES[function]
        if function not in self._written:
            definition = _definition(function)
            definition = ast.fix_missing_locations(_Resolve(self, function).visit(definition))
            name = f"{function.__name__}_{len(self.parts)}"
            definition.name = name
            self.parts.append("@jit\n" + ast.unparse(definition))
            self._written[function] = name
        return self._written[function]

    def power(self, exponent: int) -> str:
        """The name of the function x → xⁿ."""
        name = f"power_{exponent}"
        if exponent not in self._written:
            self._written[exponent] = name
            self.parts.append(f"@jit\ndef {name}(x):\n    return {' * '.join('x' * exponent)}")
        return name

    def expression(self, value: Any, name: str) -> ast.expr:
        """What stands for a value in the text."""
        if isinstance(value, (bool, int, float, np.bool_, np.integer, np.floating)):
            number = value.item() if isinstance(value, np.generic) else value
            if isinstance(number, float) and math.isnan(number):
                raise Unsupported(f"{name} is NaN")
            return ast.parse(repr(number) if math.isfinite(number) else f"{number > 0 or -1} * 1e999", mode="eval").body
        if isinstance(value, tuple) and value and all(isinstance(item, (int, float)) for item in value):
            key = (name, value)
            if key not in self._written:
                self._written[key] = f"{name}_{len(self.parts)}"
                self.parts.append(f"{self._written[key]} = {value!r}")
            return ast.Name(self._written[key], ast.Load())
        if callable(value):
            return ast.Name(self.name_of(value), ast.Load())
        raise Unsupported(f"{name} is a {type(value).__name__}, not a number, a tuple of numbers or a function")


class _Resolve(ast.NodeTransformer):
    """Replaces the names that a function takes from outside by what they stand for."""

    def __init__(self, writer: _Writer, function: FunctionType) -> None:
        self._writer = writer
        self._local = function.__code__.co_varnames
        self._cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        self._globals = function.__globals__

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return node if node.id in self._local else self._expression(self._value(node.id), node.id)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id not in self._local:
            module = self._value(node.value.id)
            if isinstance(module, ModuleType) and hasattr(module, node.attr):
                return self._expression(getattr(module, node.attr), node.attr)
        raise Unsupported(f"{ast.unparse(node)} is no name in a module")

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Whole powers become products, because each library rounds its powers differently."""
        self.generic_visit(node)
        exponent = node.right.value if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant) else None
        if exponent in range(2, LARGEST_POWER + 1):
            return ast.Call(ast.Name(self._writer.power(int(exponent)), ast.Load()), [node.left], [])
        return node

    def _expression(self, value: Any, name: str) -> ast.expr:
        expression = self._writer.expression(value, name)
        if isinstance(expression, ast.Name) and expression.id in self._local:
            raise Unsupported(f"{expression.id} is also the name of a local variable")
        return expression

    def _value(self, name: str) -> Any:
        place = self._cells.get(name, self._globals)
        try:
            value = _look_up(place, name)
        except (KeyError, ValueError):
            raise Unsupported(f"{name} is not defined") from None
        self._writer.origins.append((place, name, value))
        return value


def _look_up(place: Any, name: str) -> Any:
    if not isinstance(place, dict):
        return place.cell_contents
    if name in place:
        return place[name]
    builtins = place["__builtins__"]
    return (builtins if isinstance(builtins, dict) else vars(builtins))[name]


def _definition(function: Callable) -> ast.FunctionDef:
    """The bare definition of a function, checked to be what the function really runs."""
    if not isinstance(function, FunctionType) or function.__defaults__ or function.__kwdefaults__:
        raise Unsupported(f"{function!r} is no plain function")
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        raise Unsupported(f"the source of {function.__name__} is not at hand") from None
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise Unsupported(f"{function.__name__} is not written as a def")
    definition.decorator_list, definition.returns = [], None
    for argument in ast.walk(definition.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    # a file may have changed since it was imported, and a decorator may have put another function in its place
    code = _compiled(definition, function.__code__.co_freevars)
    if code is None or code.co_code != function.__code__.co_code or code.co_names != function.__code__.co_names:
        raise Unsupported(f"{function.__name__} is not what its source says")
    if any(isinstance(constant, CodeType) for constant in code.co_consts):
        raise Unsupported(f"{function.__name__} defines functions of its own")
    if ast.get_docstring(definition) is not None:
        definition.body = definition.body[1:] or [ast.Pass()]
    return definition


def _compiled(definition: ast.FunctionDef, free: tuple[str, ...]) -> CodeType | None:
    arguments = ast.arguments([], [ast.arg(name) for name in free], None, [], [], None, [])
    outer = ast.FunctionDef("outer", arguments, [definition], [])
    outer.type_params = []
    module = ast.fix_missing_locations(ast.Module([outer], []))
    made = next(c for c in compile(module, "<check>", "exec").co_consts if isinstance(c, CodeType))
    return next((c for c in made.co_consts if isinstance(c, CodeType)), None)
