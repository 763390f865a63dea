"""From a self-contained text to JavaScript that gives the same bits.

IEEE 754 leaves no choice in + - * / and the square root, and JavaScript has them; it may neither contract nor reorder
them. So a text (`landscapes.code.text`) says in JavaScript what it says to NumPy, operation by operation. What is not
arithmetic of floats (whole numbers, tables, loops of so many turns, functions that are passed on) is carried out while
translating: of it nothing is left in the program, and each function is written once for each such argument.

The program is made of the names and numbers in the text's syntax tree alone. What could differ in a bit is refused.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from landscapes.code.operators import (
    ARITHMETIC,
    COMPARISONS,
    LOGIC,
    apply_sign,
    calculate,
    choose,
    compare,
    item_at,
    items_of,
    result_at,
    return_text,
)
from landscapes.code.read import Unsupported, excerpt
from landscapes.code.text import ATOMS, ON_BITS
from landscapes.code.values import (
    Known,
    Name,
    Runtime,
    Value,
    code_of,
    codes,
    kind_of,
    known_numbers,
    literal,
    number_kind,
    safe,
)
from landscapes.vector_math import table

LONGEST = 50_000  # statements and turns of loops: what is longer takes a page longer than anybody waits
SCRIPT = Path(__file__).with_name("atoms.mjs")

WRITTEN = {"where", "entry"}  # as operators, and not as calls
CALLED = {*ATOMS, *ON_BITS} - WRITTEN


def script(path: Path) -> str:
    """A file's JavaScript to be put into a program: without its comments, margins and exports."""
    lines = (line.split(" // ")[0].strip() for line in path.read_text("utf-8").splitlines())
    return "\n".join(line.removeprefix("export ") for line in lines if line and not line.startswith("//"))


@dataclass(frozen=True)
class Function:
    """A function of the program: its name in it, and what it returns."""

    name: str
    result: Value


class Program:
    """Translates the functions of a text as they are asked for, each with all that it calls.

    Attributes:
        definitions: the text's own.
        parts: the program's so far, each after those that it calls.
    """

    def __init__(self, body: str) -> None:
        self.parts: list[str] = []
        self.definitions: dict[str, ast.FunctionDef] = {}
        self._constants: dict[str, Known] = {}
        self._made: dict[tuple, Function] = {}
        self._variants: dict[str, int] = {}
        self._length = 0
        for statement in ast.parse(body).body:
            match statement:
                case ast.FunctionDef(name=name):
                    self.definitions[name] = statement
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(args=[ast.Constant(value=str(packed))])):
                    self._constants[name] = Known(Name(name))
                    numbers = ",".join(map(literal, table(packed).tolist()))
                    self.parts.append(f"const {safe(name)}=new Float64Array([{numbers}])")
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._constants[name] = Known(ast.literal_eval(value))
                case _:
                    raise Unsupported(f"{ast.unparse(statement)} is no definition")

    @property
    def text(self) -> str:
        """The functions, with all that they call."""
        return "\n".join([script(SCRIPT), *self.parts, ""])

    def function(self, name: str, arguments: list[Value]) -> Function:
        """A function of the text for arguments of these kinds.

        Raises:
            Unsupported: for what JavaScript might not do to the last bit.
        """
        key = name, *(kind_of(argument) for argument in arguments)
        if key not in self._made:
            number = self._variants[name] = self._variants.get(name, 0) + 1
            try:
                self._made[key] = _Body(self, self.definitions[name], arguments).function(f"{name}${number}")
            except Unsupported as reason:
                reason.place = reason.place or name
                raise
        return self._made[key]

    def value(self, name: str) -> Known:
        """What a name stands for that is defined outside of functions."""
        if name in self._constants:
            return self._constants[name]
        if name in self.definitions or name in CALLED | WRITTEN | {"range", "len"}:
            return Known(Name(name))
        raise Unsupported(f"{name} has no value yet")

    def count(self) -> None:
        """One more statement, or turn of a loop."""
        self._length += 1
        if self._length > LONGEST:
            raise Unsupported(f"it has more than {LONGEST} statements")


class _Body:
    """One function, for arguments of certain kinds. It has no branch, so names stand for values one after another."""

    def __init__(self, program: Program, found: ast.FunctionDef, arguments: list[Value]) -> None:
        self._program, self._found = program, found
        self._lines: list[str] = []
        self._declared: set[str] = set()
        self._values: dict[str, Value] = {}
        self._parameters: list[str] = []
        self._made = 0
        taken = found.args
        names = [argument.arg for argument in taken.args]
        rest = arguments[len(names) :]
        plain = not (taken.posonlyargs or taken.kwonlyargs or taken.kwarg or taken.defaults)
        if not plain or len(arguments) < len(names) or (rest and taken.vararg is None):
            raise Unsupported(f"{found.name} is called with other arguments than it takes")
        for name, argument in zip(names, arguments, strict=False):
            self._values[name] = self._parameter(safe(name), argument)
        if taken.vararg is not None:
            one = safe(taken.vararg.arg)
            self._values[taken.vararg.arg] = tuple(self._parameter(f"{one}${n}", part) for n, part in enumerate(rest))

    def function(self, name: str) -> Function:
        for statement in self._found.body:
            if isinstance(statement, ast.Return) and statement.value is not None:
                result = self._value(statement.value)
                head = f"function {name}({','.join(self._parameters)}){{"
                self._program.parts.append("\n".join([head, *self._lines, f"return{return_text(result)}}}"]))
                return Function(name, result)
            self._statement(statement)
        raise Unsupported("it returns nothing")

    def _parameter(self, name: str, argument: Value) -> Value:
        match argument:
            case Known():
                return argument
            case tuple():
                return tuple(self._parameter(f"{name}${n}", part) for n, part in enumerate(argument))
        self._parameters.append(name)
        self._declared.add(name)
        return Runtime(argument.kind, name)

    def _statement(self, statement: ast.stmt) -> None:
        self._program.count()
        match statement:
            case ast.Assign(targets=[target], value=value):
                self._assign(target, self._value(value))
            case ast.For(target=target, iter=iterated, body=body, orelse=[]):
                for item in self._settled(items_of(self._value(iterated), iterated)):
                    self._assign(target, item)
                    for inner in body:
                        self._statement(inner)
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                raise Unsupported(f"{excerpt(statement)} has no form in JavaScript")

    def _assign(self, target: ast.expr, value: Value) -> None:
        match target:
            case ast.Name(id=name):
                self._values[name] = self._kept(safe(name), value)
            case ast.Tuple(elts=targets):
                items = items_of(value, target)
                if len(items) != len(targets):
                    raise Unsupported(f"{len(items)} values for {excerpt(target)}")
                names = {safe(node.id) for node in ast.walk(target) if isinstance(node, ast.Name)}
                if names & {name for item in items for name in re.findall(r"[\w$]+", repr(item))}:
                    items = self._settled(items)
                for one, item in zip(targets, items, strict=True):
                    self._assign(one, item)
            case _:
                raise Unsupported(f"{excerpt(target)} is no name")

    def _kept(self, name: str, value: Value) -> Value:
        """The value in a variable of the program, if it is computed there."""
        match value:
            case Known():
                return value
            case tuple():
                return tuple(self._kept(f"{name}${n}", part) for n, part in enumerate(value))
        self._lines.append(f"{'' if name in self._declared else 'let '}{name}={value.code}")
        self._declared.add(name)
        return Runtime(value.kind, name)

    def _settled(self, values: list[Value]) -> list[Value]:
        """The values in variables that nothing is assigned to later."""
        return [self._kept(self._fresh(), value) for value in values]

    def _fresh(self) -> str:
        self._made += 1
        return f"${self._made}"

    def _value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=bool() | int() | float() as constant):
                return Known(constant)
            case ast.Name(id=name):
                return self._values[name] if name in self._values else self._program.value(name)
            case ast.Tuple(elts=items):
                return tuple(self._value(item) for item in items)
            case ast.Subscript(value=of, slice=index):
                return item_at(node, items_of(self._value(of), of), self._value(index))
            case ast.UnaryOp(op=sign, operand=operand):
                return apply_sign(node, sign, self._value(operand))
            case ast.BinOp(op=sign, left=left, right=right) if type(sign) in ARITHMETIC:
                return calculate(node, *ARITHMETIC[type(sign)], self._value(left), self._value(right))
            case ast.BinOp(op=sign, left=left, right=right) if type(sign) in LOGIC:
                both = [self._value(left), self._value(right)]
                if all(isinstance(one, Runtime) and one.kind == "truth" for one in both):
                    return Runtime("truth", f"({code_of(both[0], 1)}{LOGIC[type(sign)]}{code_of(both[1], 1)})")
            case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in COMPARISONS:
                return compare(node, *COMPARISONS[type(sign)], self._value(left), self._value(right))
            case ast.Call(func=called, args=arguments, keywords=[]):
                function = self._value(called)
                if isinstance(function, Known) and isinstance(function.value, Name):
                    return self._call(node, function.value.name, self._arguments(arguments))
        raise Unsupported(f"{excerpt(node)} has no form in JavaScript")

    def _arguments(self, nodes: list[ast.expr]) -> list[Value]:
        values: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                values += items_of(self._value(node.value), node)
            else:
                values.append(self._value(node))
        return values

    def _call(self, node: ast.expr, name: str, arguments: list[Value]) -> Value:
        match name, arguments:
            case "range", _ if (known := known_numbers(*arguments)) is not None:
                return Known(range(*known))
            case "len", [Known(value=tuple() | range()) | tuple() as items]:
                return Known(len(items.value if isinstance(items, Known) else items))
            case "where", [condition, yes, no]:
                return choose(condition, yes, no)
            case "abs", [Known(value=int() as number)]:
                return Known(abs(number))
            case "sqrt", [Known(value=int() as number)]:
                return self._call(node, name, [Known(float(number))])
            case "entry", [Known(value=Name(name=numbers)), Runtime() as index]:
                return Runtime("float", f"{safe(numbers)}[{code_of(index)}]")
            case _ if name in CALLED and {"float"} == set(map(number_kind, arguments)):
                return Runtime("float", f"${name}({','.join(map(code_of, arguments))})")
        if name not in self._program.definitions:
            raise Unsupported(f"{excerpt(node)} has no form in JavaScript")
        # a float that is known is an argument like others: no function is written for it alone
        arguments = [
            Runtime("float", literal(one.value)) if isinstance(one, Known) and isinstance(one.value, float) else one
            for one in arguments
        ]
        function = self._program.function(name, arguments)
        return self._result(function, f"{function.name}({','.join(codes(arguments))})")

    def _result(self, function: Function, code: str) -> Value:
        if not isinstance(function.result, tuple):
            return result_at(function.result, code)
        name = self._fresh()
        self._lines.append(f"const {name}={code}")
        return tuple(result_at(part, f"{name}[{n}]") for n, part in enumerate(function.result))
