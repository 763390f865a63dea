"""A function → the tree of a formula: a loss that was written in Python is differentiated as a typed one is.

Of the function only its source is read; nothing of it is executed. It may assign variables, call elementary functions
and other such functions, and use numbers from outside.
"""

import ast
from collections.abc import Callable
from math import inf, isfinite
from types import FunctionType

import autograd.numpy
import numpy as np

from landscapes import elementary
from landscapes.code.read import Origin, Scope, Unsupported, definition, excerpt, plain_function
from landscapes.formula.tree import FUNCTIONS, Binary, Call, Negative, Node, Number, Variable

MAX_NODES = 2000  # nodes: more would take the compiler too long
MAX_CALL_DEPTH = 30  # functions that call functions
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}
MODULES = (np, autograd.numpy, elementary)

_LATEX = dict(FUNCTIONS.values())
_CALLS: dict[Callable, str] = {abs: "abs"} | {
    getattr(module, name): name for module in MODULES for name in _LATEX if hasattr(module, name)
}
_POWERS = {pow} | {module.power for module in MODULES}


def translated(function: Callable) -> tuple[Node, tuple[Origin, ...]]:
    """The tree of ℓ(x, y) in two arguments, and where its constants and helpers were found.

    Raises:
        Unsupported: with what in it has no place in a formula.
    """
    reader = _Reader()
    return reader.applied(function, [Variable("x", 0), Variable("y", 0)]), tuple(reader.origins)


class _Reader:
    def __init__(self) -> None:
        self.origins: list[Origin] = []
        self._nodes = 0
        self._depth = 0
        self._at: ast.AST | None = None  # what is being read

    def applied(self, function: Callable, arguments: list[Node]) -> Node:
        """What the function returns for these arguments."""
        self._depth += 1
        try:
            plain = plain_function(function)
            return self._applied(plain, definition(plain), arguments)
        except Unsupported as reason:
            raise reason.at(function, self._at) from None
        finally:
            self._depth -= 1

    def _applied(self, function: FunctionType, found: ast.FunctionDef, arguments: list[Node]) -> Node:
        self._at = found
        names = [argument.arg for argument in found.args.args]
        extra = found.args.posonlyargs or found.args.vararg or found.args.kwonlyargs or found.args.kwarg
        if len(names) != len(arguments) or extra:
            raise Unsupported(f"{function.__name__} takes arguments other than x and y")
        if self._depth > MAX_CALL_DEPTH:
            raise Unsupported(f"{function.__name__} calls functions more than {MAX_CALL_DEPTH} deep")
        scope, variables = Scope(function, found), dict(zip(names, arguments, strict=True))
        for statement in found.body:
            self._at = statement
            match statement:
                case ast.Return(value=ast.expr() as value):
                    result = self.node(value, scope, variables)
                    self.origins += scope.origins
                    return result
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    variables[name] = self.node(value, scope, variables)
                case ast.AugAssign(target=ast.Name(id=name), op=operator, value=value):
                    variables[name] = self.node(
                        ast.BinOp(ast.Name(name, ast.Load()), operator, value), scope, variables
                    )
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if (
                    len(own := [target.id for target in targets if isinstance(target, ast.Name)])
                    == len(targets)
                    == len(values)
                ):
                    nodes = [self.node(value, scope, variables) for value in values]
                    variables |= dict(zip(own, nodes, strict=True))
                case ast.Import() | ast.ImportFrom():
                    pass  # the scope knows what it imports
                case _:
                    raise Unsupported(f"{excerpt(statement)} is not an assignment of an expression")
        raise Unsupported(f"{function.__name__} returns nothing")

    def node(self, expression: ast.expr, scope: Scope, variables: dict[str, Node]) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise Unsupported(f"it has more than {MAX_NODES} operations")
        match expression:
            case ast.Constant(value=value):
                return _number(value, repr(value))
            case ast.Name(id=name) if name in scope.local:
                if name not in variables:
                    raise Unsupported(f"{name} has no value yet")
                return variables[name]
            case ast.Name(id=name):
                return _number(scope.value(name), name)
            case ast.Attribute(attr=name):
                return _number(scope.attribute(expression), name)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.node(operand, scope, variables)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.node(operand, scope, variables), 0)
            case ast.BinOp(op=operator, left=left, right=right) if type(operator) in SIGNS:
                first, second = (self.node(side, scope, variables) for side in (left, right))
                return Binary(SIGNS[type(operator)], first, second, 0)
            case ast.Call(func=ast.Name() | ast.Attribute() as called, args=arguments, keywords=[]):
                return self.call(called, arguments, scope, variables)
        raise Unsupported(f"{excerpt(expression)} is not supported in a formula")

    def call(
        self, called: ast.Name | ast.Attribute, arguments: list[ast.expr], scope: Scope, variables: dict[str, Node]
    ) -> Node:
        if isinstance(called, ast.Attribute):
            function = scope.attribute(called)
        elif called.id in scope.local:
            raise Unsupported(f"{called.id} is a local variable")
        else:
            function = scope.value(called.id)
        nodes = [self.node(argument, scope, variables) for argument in arguments]
        try:
            name = _CALLS.get(function)
            of_two = function in _POWERS
        except TypeError:
            raise Unsupported(f"{excerpt(called)} is not a known function") from None
        if name is not None and len(nodes) == 1:
            return Call(name, _LATEX[name], nodes[0], 0)
        if of_two and len(nodes) == 2:
            return Binary("^", nodes[0], nodes[1], 0)
        if not isinstance(function, FunctionType):
            raise Unsupported(f"{excerpt(called)} is not an elementary function of formulas")
        return self.applied(function, nodes)


def _number(value: object, name: str) -> Number:
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise Unsupported(f"{name} is a {type(value).__name__}, not a number")
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number):
        raise Unsupported(f"{name} is not finite")
    return Number(number, f"{number:g}", 0)
