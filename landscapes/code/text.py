"""From functions to one self-contained text: a rule's ascent and a landscape's gradient with all that they call.

Rules and landscapes are written once, as plain functions spread over modules, closures and notebooks. Here such a
function and everything it refers to become one text: constants as literals, helpers beside it under names of their
own, elementary functions and powers as the arithmetic of `landscapes.vector_math`, which leaves the names of `ATOMS`.
NumPy executes the text on arrays, Numba compiles it for a kernel and `landscapes.code.javascript` translates it for a
page, so all perform the same operations; and as the text leaves nothing out, its hash names the kernel on disk.
"""

import ast
import builtins
import math
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from types import FunctionType, MappingProxyType
from typing import Any

import autograd.numpy
import numpy as np

from landscapes import elementary, vector_math
from landscapes.code.read import Origin, Scope, Unsupported, current, definition, plain_function
from landscapes.exact_array import MAX_CHAIN

ATOMS = ("abs", "sqrt", "where", "rint", "floor", "ceil")  # IEEE 754 leaves no choice in their results
LOSS = "loss"  # a first argument of this name stands for a loss, of which the text takes the parts below
PARTS = ("value", "gradient", "hessian")
MAX_CALL_DEPTH = 30  # functions that call functions
MODULES = (np, autograd.numpy, elementary)

ON_BITS = {
    name: getattr(vector_math, name)
    for name in ("power_of_two", "exponent", "mantissa", "low_word", "high_word", "exclusive_or", "entry")
}
TABLE = "table"  # defines what `entry` is asked of
NAMES: dict[Callable, str] = {
    **{abs: "abs", range: "range", len: "len"},
    **{getattr(module, name): name for module in MODULES for name in ATOMS if hasattr(module, name)},
    **{function: name for name, function in ON_BITS.items()},
}
VECTORISED: dict[Callable, Callable] = {
    getattr(module, name): getattr(vector_math, name)
    for module in MODULES
    for name in set(elementary.__all__) - set(ATOMS)
    if hasattr(module, name)
} | {builtins.pow: vector_math.power}
VECTORISED |= {getattr(elementary, name): getattr(vector_math, name) for name in ("low_word", "high_word")}


@dataclass(frozen=True)
class Text:
    """Self-contained definitions.

    Attributes:
        body: the definitions, each under the decorator `jit`, to be executed where the `ATOMS`, `ON_BITS` and
            `jit` are defined.
        names: the names in it of the functions asked for, in their order.
        origins: where the text took its constants and helpers from.
    """

    body: str
    names: tuple[str, ...]
    origins: tuple[Origin, ...]

    @property
    def current(self) -> bool:
        """Whether every global and closure variable that went into the text still has the value it had."""
        return current(self.origins)

    def on_arrays(self, more: str = "", names: Sequence[str] = ()) -> tuple[Callable, ...]:
        """The requested functions, to be called on NumPy arrays; others, if more text defines them."""
        return on_arrays(f"{self.body}\n\n{more}", names or self.names)


def on_arrays(body: str, names: Iterable[str], known: Mapping[str, Any] = MappingProxyType({})) -> tuple[Callable, ...]:
    """Functions that a text defines, to be called on NumPy arrays."""
    namespace = {name: getattr(np, name) for name in ATOMS} | ON_BITS | {TABLE: vector_math.table}
    namespace |= {"jit": lambda function: function, **known}
    exec(compile(body, "<rule and landscape>", "exec"), namespace)
    return tuple(namespace[name] for name in names)


def write(functions: Iterable[Callable], part: Callable[[str], Callable | str] | None = None) -> Text:
    """Writes functions down with everything they refer to.

    Args:
        functions: what is asked for.
        part: the name of a part of a loss → the function, or the name of it where the text is to be executed. Functions
            whose first argument is named `loss` are written for this loss: without that argument, and with what they
            use of it put in.

    Raises:
        Unsupported: for what is no plain function, has no source at runtime, or refers to anything but numbers,
            tuples of numbers, tables (arrays of float64 in one dimension that cannot be changed), elementary functions
            and functions that can be written down themselves.
    """
    writer = _Writer(part)
    names = tuple(writer.name_of(function) for function in functions)
    return Text("\n\n".join(writer.parts), names, tuple(writer.origins))


class _Writer:
    def __init__(self, part: Callable[[str], Callable | str] | None) -> None:
        self.parts: list[str] = []
        self.origins: list[Origin] = []
        self.part = part
        self._written: dict[Any, str] = {}
        self._depth = 0

    def name_of(self, function: Callable) -> str:
        """The name of a function in the text, which is defined there if it is not yet."""
        function = VECTORISED.get(function, function)
        if function in NAMES:
            return NAMES[function]
        if function not in self._written:
            if self._depth == MAX_CALL_DEPTH:
                raise Unsupported(f"{function.__name__} calls functions more than {MAX_CALL_DEPTH} deep")
            self._depth += 1
            try:
                plain = plain_function(function)
                found = definition(plain)
                found = ast.fix_missing_locations(_Resolve(self, plain, found).visit(found))
            except Unsupported as reason:
                raise reason.at(function) from None
            found.name = f"{function.__name__.strip('<>')}_{len(self.parts)}"
            self.parts.append("@jit\n" + ast.unparse(found))
            self._written[function] = found.name
            self._depth -= 1
        return self._written[function]

    def name_of_part(self, attribute: str) -> str:
        """The name that stands for a part of the loss."""
        if attribute not in PARTS:
            raise Unsupported(f"a loss has {', '.join(PARTS)}, and no {attribute}")
        assert self.part is not None  # else nothing is a loss
        found = self.part(attribute)
        return found if isinstance(found, str) else self.name_of(found)

    def chain(self, times: int) -> str:
        """The name of the function x → x · x · … · x, by squaring."""
        if times not in self._written:
            half = "x" if times < 4 else f"{self.chain(times // 2)}(x)"
            name = f"to_the_{times}_{len(self.parts)}"
            body = f"    half = {half}\n    return half * half{' * x' if times % 2 else ''}"
            self.parts.append(f"@jit\ndef {name}(x):\n{body}")
            self._written[times] = name
        return self._written[times]

    def expression(self, value: Any, name: str) -> ast.expr:
        """The expression for a value in the text."""
        if isinstance(value, (bool, int, float, np.bool_, np.integer, np.floating)):
            number = value.item() if isinstance(value, np.generic) else value
            if isinstance(number, float) and math.isnan(number):
                raise Unsupported(f"{name} is NaN")
            infinite = isinstance(number, float) and math.isinf(number)
            return ast.parse(f"{number > 0 or -1} * 1e999" if infinite else repr(number), mode="eval").body
        if isinstance(value, tuple) and value and all(isinstance(item, (int, float)) for item in value):
            key = (name, value)
            if key not in self._written:
                self._written[key] = f"{name}_{len(self.parts)}"
                self.parts.append(f"{self._written[key]} = {value!r}")
            return ast.Name(self._written[key], ast.Load())
        if _is_table(value):
            key = (TABLE, value.tobytes())
            if key not in self._written:
                self._written[key] = f"{name}_{len(self.parts)}"
                packed = b64encode(value.astype("<f8").tobytes()).decode()
                self.parts.append(f"{self._written[key]} = {TABLE}({packed!r})")
            return ast.Name(self._written[key], ast.Load())
        if callable(value):
            return ast.Name(self.name_of(value), ast.Load())
        raise Unsupported(f"{name} is a {type(value).__name__}, not a number, a tuple of numbers or a function")


def _is_table(value: Any) -> bool:
    return isinstance(value, np.ndarray) and (value.ndim, value.dtype, value.flags.writeable) == (1, float, False)


class _Resolve(ast.NodeTransformer):
    """Replaces the names that a function takes from outside by what they stand for."""

    def __init__(self, writer: _Writer, function: FunctionType, found: ast.FunctionDef) -> None:
        self._writer, self._function = writer, function
        self._scope = Scope(function, found)
        writer.origins += self._scope.origins
        self._scope.origins = writer.origins
        first = found.args.args[:1]
        self._of_loss = writer.part is not None and [argument.arg for argument in first] == [LOSS]
        if self._of_loss:
            del found.args.args[0]

    def visit(self, node: ast.AST) -> Any:
        try:
            return super().visit(node)
        except Unsupported as reason:
            raise reason.at(self._function, node) from None

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        """What is imported is put in where it is used."""

    visit_ImportFrom = visit_Import

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if self._is_loss(node):
            raise Unsupported(f"{LOSS} is more here than what its {', '.join(PARTS)} are taken of")
        return node if node.id in self._scope.local else self._expression(self._scope.value(node.id), node.id)

    def visit_Call(self, node: ast.Call) -> Any:
        if node.args and self._is_loss(node.args[0]):  # of a function that is written for this loss, too
            del node.args[0]
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if self._is_loss(node.value):
            return self._own(ast.Name(self._writer.name_of_part(node.attr), ast.Load()))
        return self._expression(self._scope.attribute(node), node.attr)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.Assign:
        if not isinstance(node.target, ast.Name):
            raise Unsupported(f"{ast.unparse(node)} assigns to a part of an object")
        value = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        return ast.Assign([node.target], self.visit(value))

    def visit_For(self, node: ast.For) -> Any:
        """Turns of a loop over what is asked of a loss stand one after another, because only such text vectorises."""
        call, variable = node.iter, node.target
        if not (
            self._of_loss and isinstance(call, ast.Call) and len(call.args) == 1 and isinstance(variable, ast.Name)
        ):
            return self.generic_visit(node)
        count = _constant(self.visit(call.args[0]))
        if ast.unparse(call.func) != "range" or count is None or node.orelse:
            raise Unsupported(f"{ast.unparse(node).splitlines()[0]} is no loop over range of a number")
        turns = []
        for index in range(int(count)):
            for statement in deepcopy(node.body):
                turned = _Turn(variable.id, index).visit(statement)
                turns.append(self.visit(turned))
        return turns

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """A number of a tuple from outside."""
        index = _constant(node.slice)
        if isinstance(node.value, ast.Name) and node.value.id not in self._scope.local and index is not None:
            value = self._scope.value(node.value.id)
            if isinstance(value, tuple):
                return self._expression(value[int(index)], node.value.id)
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Powers become products or the project's own, because each library rounds its powers differently."""
        if isinstance(node.op, ast.Mod | ast.FloorDiv | ast.MatMult):
            raise Unsupported(f"{ast.unparse(node)} has an operator that engines round differently")
        exponent = _constant(node.right) if isinstance(node.op, ast.Pow) else None
        self.generic_visit(node)
        if not isinstance(node.op, ast.Pow):
            return node
        if exponent == 0.5:
            return self._call("sqrt", node.left)
        if exponent and exponent == int(exponent) and abs(exponent) <= MAX_CHAIN:
            times = int(abs(exponent))
            product = node.left if times == 1 else self._call(self._writer.chain(times), node.left)
            return product if exponent > 0 else ast.BinOp(ast.Constant(1.0), ast.Div(), product)
        return self._call(self._writer.name_of(vector_math.power), node.left, node.right)

    def _is_loss(self, node: ast.expr) -> bool:
        return self._of_loss and isinstance(node, ast.Name) and node.id == LOSS

    def _call(self, name: str, *arguments: ast.expr) -> ast.Call:
        return ast.Call(self._own(ast.Name(name, ast.Load())), list(arguments), [])

    def _expression(self, value: Any, name: str) -> ast.expr:
        return self._own(self._writer.expression(value, name))

    def _own(self, expression: ast.expr) -> ast.expr:
        if isinstance(expression, ast.Name) and expression.id in self._scope.local:
            raise Unsupported(f"{expression.id} is also the name of a local variable")
        return expression


class _Turn(ast.NodeTransformer):
    """Puts the number of a turn in the place of a loop's variable."""

    def __init__(self, name: str, index: int) -> None:
        self._name, self._index = name, index

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.copy_location(ast.Constant(self._index), node) if node.id == self._name else node


def _constant(node: ast.expr) -> float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _constant(node.operand)
        return None if inner is None else -inner
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return None
