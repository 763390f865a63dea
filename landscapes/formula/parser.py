"""Text → tree: a tokenizer and a parser by precedence over a whitelist.

sum      = product (("+" | "-") product)*
product  = ("-" | "+") product | power (("*" | "/") signed | power)*          3(x + 1) and x y are products
signed   = ("-" | "+") signed | power
power    = atom superscript | atom ["^" signed]              so 2^3^x is 2^(3^x), and -x^2 is -(x^2)
atom     = number | name | function "(" sum ")" | "(" sum ")"
"""

import re
from collections.abc import Callable
from math import e, isfinite, pi
from typing import NamedTuple

from landscapes.formula.tree import FUNCTIONS, Binary, Call, FormulaError, Negative, Node, Number, Variable
from landscapes.shorten import shorten

EXAMPLE = "(1 - θ₁*θ₂)^2"
MAX_LENGTH = 300
MAX_DEPTH = 40
MAX_QUOTED = 20  # characters

SHOWN = {"x": "θ₁", "y": "θ₂"}  # what the variables are called on screen
# typed as θ₁, θ1, θ_1, theta1, theta_1 or x, and so on for the other
VARIABLES = {"x": "x", "y": "y"} | {
    f"{theta}{joint}{index}": variable
    for variable, indices in (("x", "1₁"), ("y", "2₂"))
    for theta in ("θ", "theta")
    for joint in ("", "_")
    for index in indices
}
CONSTANTS = {"pi": (pi, r"\pi"), "π": (pi, r"\pi"), "e": (e, "e")}
NAMES = "θ₁, θ₂ (or x, y), pi, e or one of " + ", ".join(name for name in FUNCTIONS if name.isascii())
SIGNS = {"**": "^", "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "∕": "/"}
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))

TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\u00a0\u2009]+)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<name>(?:θ|theta)_?[₁₂]|θ_?[12]|[A-Za-z_][A-Za-z_0-9]*|π|√)
    | (?P<superscript>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    | (?P<sign>\*\*|[-+*/^()−–×·⋅∗÷∕])""",
    re.VERBOSE,
)


class Token(NamedTuple):
    kind: str
    text: str
    position: int


def parse(text: str) -> Node:
    """Reads a formula in θ₁ and θ₂, or x and y.

    Raises:
        FormulaError: with one sentence and the position, for anything that is not a formula.
    """
    if not isinstance(text, str):
        raise FormulaError(f"a formula must be text, not {type(text).__name__}", None, f"type one such as {EXAMPLE}")
    if len(text) > MAX_LENGTH:
        raise FormulaError("the formula is too long", MAX_LENGTH, f"keep it within {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text))
    if parser.next.kind == "end":
        raise FormulaError("there is no formula", None, f"type one such as {EXAMPLE}")
    tree = parser.sum()
    if parser.next.text == ")":
        raise FormulaError("this ')' has no matching '('", parser.next.position, "remove it or add '('")
    parser.refuse_unless("end")
    return tree


def shown(text: str) -> str:
    """A formula as it was typed, but with θ₁ and θ₂ for its variables, whatever they were typed as.

    Example:
        >>> shown("x^2 + exp(theta_2) y")
        'θ₁^2 + exp(θ₂) θ₂'
    """
    pieces, position = [], 0
    for token in _tokens(text):
        if token.kind == "name" and token.text in VARIABLES:
            pieces += [text[position : token.position], SHOWN[VARIABLES[token.text]]]
            position = token.position + len(token.text)
    return "".join(pieces) + text[position:]


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            return [*tokens, Token("unknown", text[position], position)]
        kind, found = str(match.lastgroup), match.group()  # every alternative is a named group
        if kind == "name" and len(found) > 1 and set(found) <= {"x", "y"}:
            tokens += [Token("name", letter, position + n) for n, letter in enumerate(found)]
        elif kind != "space":
            tokens.append(Token(kind, SIGNS.get(found, found), position))
        position = match.end()
    return [*tokens, Token("end", "", len(text))]


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        token = self.tokens[self.index]
        if token.kind == "unknown":
            advice = "use numbers, θ₁, θ₂ (or x, y), pi, e, functions such as sin(θ₁), and + - * / ^ ( )"
            raise FormulaError(f"unexpected character {token.text!r}", token.position, advice)
        return token

    def take(self, *texts: str) -> Token | None:
        """The next token if it is one of these signs, which is then consumed."""
        token = self.next
        if token.kind != "sign" or token.text not in texts:
            return None
        self.index += 1
        return token

    def refuse_unless(self, kind: str) -> None:
        token = self.next
        if token.kind != kind:
            raise FormulaError(f"unexpected {token.text!r}", token.position, "an operator such as + or * is missing")

    def nested(self, rule: Callable[[], Node], position: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(f"the formula is nested more than {MAX_DEPTH} deep", position, "simplify it")
        node = rule()
        self.depth -= 1
        return node

    def sum(self) -> Node:
        node = self.product()
        while token := self.take("+", "-"):
            node = Binary(token.text, node, self.product(), token.position)
        return node

    def product(self) -> Node:
        if token := self.take("+", "-"):
            # a sign before a product is a sign of it all: the same number, typeset without parentheses
            return self.sign(token, self.product)
        node, divided = self.power(), False
        while True:
            if token := self.take("*", "/"):
                divided = token.text == "/"
                node = Binary(token.text, node, self.signed(), token.position)
            elif self.next.kind == "name" or self.next.text == "(":
                position = self.next.position
                if divided:
                    advice = "a/b c may mean (a/b)*c or a/(b*c), so write * and parentheses"
                    raise FormulaError("a factor follows a division without an operator", position, advice)
                node = Binary("*", node, self.power(), position)
            elif self.next.kind == "number":
                raise FormulaError(
                    f"the number {shorten(self.next.text, MAX_QUOTED)} follows a factor",
                    self.next.position,
                    "write * before it",
                )
            else:
                return node

    def signed(self) -> Node:
        token = self.take("+", "-")
        return self.power() if token is None else self.sign(token, self.signed)

    def sign(self, token: Token, rule: Callable[[], Node]) -> Node:
        node = self.nested(rule, token.position)
        return node if token.text == "+" else Negative(node, token.position)

    def power(self) -> Node:
        node = self.atom()
        if self.next.kind == "superscript":
            token = self.next
            self.index += 1
            if self.next.kind == "superscript" or self.next.text == "^":
                raise FormulaError("a second power follows", self.next.position, "write ( ) around its base")
            digits = "".join(SUPERSCRIPTS[character] for character in token.text)
            return Binary("^", node, _number(digits, token.position), token.position)
        if caret := self.take("^"):
            return Binary("^", node, self.nested(self.signed, caret.position), caret.position)
        return node

    def atom(self) -> Node:
        token = self.next
        if token.kind == "number":
            self.index += 1
            return _number(token.text, token.position)
        if token.kind == "name":
            self.index += 1
            return self.named(token)
        if self.take("("):
            return self.bracketed(token)
        expected = "a number, θ₁, θ₂, a function or '(' was expected"
        if token.kind == "end":
            raise FormulaError("the formula ends too early", token.position, expected)
        raise FormulaError(f"unexpected {token.text!r}", token.position, expected)

    def named(self, token: Token) -> Node:
        if token.text in VARIABLES:
            return Variable(VARIABLES[token.text], token.position)
        if token.text in CONSTANTS:
            return Number(*CONSTANTS[token.text], token.position)
        if token.text not in FUNCTIONS:
            raise FormulaError(f"unknown name {shorten(token.text, MAX_QUOTED)!r}", token.position, f"use {NAMES}")
        opening = self.take("(")
        if opening is None:
            advice = f"write {token.text}(θ₁)"
            raise FormulaError(f"{token.text} lacks its argument in parentheses", token.position, advice)
        return Call(*FUNCTIONS[token.text], self.bracketed(opening), token.position)

    def bracketed(self, opening: Token) -> Node:
        if self.next.text == ")":
            raise FormulaError("there is nothing between the parentheses", opening.position, "write a formula there")
        node = self.nested(self.sum, opening.position)
        if not self.take(")"):
            if self.next.kind == "end":
                raise FormulaError("this '(' has no matching ')'", opening.position, "add ')'")
            self.refuse_unless(")")
        return node


def _number(text: str, position: int) -> Number:
    value = float(text)
    if not isfinite(value):
        raise FormulaError(f"the number {shorten(text, MAX_QUOTED)} is too large", position, "use numbers below 1e308")
    mantissa, _, power = text.lower().partition("e")
    if not power:
        return Number(value, mantissa, position)
    scale = f"10^{{{int(power)}}}"
    return Number(value, scale if mantissa == "1" else rf"{mantissa} \cdot {scale}", position)
