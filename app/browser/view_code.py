"""View code of plain Python, for a page that has no server to ask.

What is arithmetic to the last bit is translated by `landscapes.code.javascript`; words and places of labels, functions
of lists and texts, by PScript.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from inspect import getsource
from typing import Any

from pscript import py2js


def view_code(functions: Sequence[Callable], constants: Mapping[str, Any]) -> str:
    """An expression of JavaScript: an object of these functions, by their names.

    Args:
        functions: of lists, numbers and texts, that refer to one another and to the constants alone.
        constants: values by name, of JSON's kinds; tuples become lists.
    """
    given = [f"const {name}={json.dumps(value, ensure_ascii=False)};" for name, value in constants.items()]
    text = py2js("\n".join(map(getsource, functions)), inline_stdlib=True)
    names = ",".join(function.__name__ for function in functions)
    return "\n".join(["(() => {", *given, text, f"return {{{names}}}", "})()"])
