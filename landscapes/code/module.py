"""A text that this program wrote, executed as a module whose functions can be read again."""

import linecache
import weakref
from itertools import count
from types import ModuleType
from typing import Any

_numbers = count()


def execute(text: str, name: str) -> dict[str, Any]:
    """What the text defines; its source is available as long as one of its functions is.

    Args:
        text: written by this program, never by a person.
        name: stands for it in tracebacks.
    """
    filename = f"<{name} {next(_numbers)}>"
    module = ModuleType(filename)
    weakref.finalize(module, linecache.cache.pop, filename, None)
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    defined = vars(module)
    defined["own_module"] = module  # functions keep their globals, and these the module
    exec(compile(text, filename, "exec"), defined)
    return defined
