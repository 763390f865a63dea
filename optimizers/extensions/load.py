"""From a file to what it adds to the catalogues, with one sentence and the line where it cannot be added."""

import re
import sys
from ast import AnnAssign, Assign, ClassDef, Name, parse
from collections.abc import Iterable
from importlib.util import decode_source
from pathlib import Path
from traceback import walk_tb
from types import ModuleType, TracebackType

from landscapes import LANDSCAPES, Landscape, grid
from optimizers.extensions import LOADED, Extension
from optimizers.extensions.checks import Refused, check_landscape, check_rule
from optimizers.refusal import quoted, refusal
from optimizers.rules import OPTIMIZERS, Rule

MODULES = "samscape_extension_"  # how the modules of these files are named
UNNAMED = Landscape.key  # of a landscape that was given no key


class ExtensionError(ValueError):
    """A file that cannot be loaded; the message is one sentence that names the file and the line."""


def load(path: str | Path) -> Extension:
    """Adds what a file defines to `OPTIMIZERS` and `LANDSCAPES`.

    An .npz or .csv of losses on a grid (`landscapes.grid.read`) is a landscape. Anything else is executed as Python,
    and adds the subclasses of `Rule` and the instances of `Landscape` that its names stand for, but for names that
    begin with an underscore. A landscape without a key gets its name, or the file's, as one. A file is added as a whole
    or not at all.

    Raises:
        ExtensionError: for a file that cannot be read or executed, that holds neither a rule nor a landscape, or one
            that breaks its contract or has the key of another.
    """
    if not isinstance(path, str | Path):
        raise ExtensionError(refusal("path", "a file's name, such as 'mine.py'", quoted(path)))
    path = Path(path).absolute()
    if path.name in LOADED:
        raise ExtensionError(f"{path.name} was given twice; a file is named once, and two files need different names")
    try:
        found = _grid(path) if path.suffix in (".npz", ".csv") else _defined(path, *_executed(path))
    except Refused as refused:
        raise ExtensionError(_sentence(path, _line(path, refused) or refused.line, str(refused))) from refused
    OPTIMIZERS.update(found.rules)
    LANDSCAPES.update(found.landscapes)
    LOADED[path.name] = found
    return found


def load_all(paths: Iterable[str | Path]) -> None:
    """Loads files, one after the other; raises as `load` does."""
    for path in paths:
        load(path)


def _read(path: Path) -> str:
    try:
        return decode_source(path.read_bytes())
    except OSError as error:
        raise ExtensionError(f"{path.name} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, SyntaxError):
        raise ExtensionError(f"{path.name} is not a text file of Python") from None


def _grid(path: Path) -> Extension:
    try:
        x, y, losses = grid.read(path)
    except grid.GridError as error:
        raise Refused(str(error)) from None
    about = f"The spline through the {x.size} × {y.size} losses of {path.name}; outside of them it is undefined."
    landscape = Landscape.from_grid(x, y, losses, about=about)
    _name_after(landscape, path.stem, path.name)
    check_landscape(landscape, LANDSCAPES, None)
    return Extension(path.name, {}, {landscape.key: landscape}, str(path))


def _executed(path: Path) -> tuple[str, ModuleType]:
    """The text of a file of Python, and the module that it makes."""
    text = _read(path)
    module = ModuleType(MODULES + re.sub(r"\W", "_", path.stem))
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # where dataclasses look for it
    try:
        exec(compile(text, str(path), "exec"), vars(module))
    except SyntaxError as error:
        line = error.lineno if error.filename == str(path) else _line(path, error)
        raise ExtensionError(_sentence(path, line, error.msg)) from error
    except (Exception, SystemExit) as error:
        raise ExtensionError(_sentence(path, _line(path, error), _words(error))) from error
    return text, module


def _defined(path: Path, text: str, module: ModuleType) -> Extension:
    """What a module adds, checked.

    Raises:
        Refused: for what cannot be added.
    """
    lines = _lines(text)
    found = Extension(path.name, {}, {}, str(path))
    for name, value in vars(module).items():
        if name.startswith("_"):
            continue
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__:
            check_rule(value, {**OPTIMIZERS, **found.rules}, lines.get(value.__name__))
            found.rules[value.key] = value
        elif isinstance(value, Landscape) and value not in (*LANDSCAPES.values(), *found.landscapes.values()):
            if value.key == UNNAMED:
                _name_after(value, name, path.name)
            check_landscape(value, {**LANDSCAPES, **found.landscapes}, lines.get(name))
            found.landscapes[value.key] = value
    if not (found.rules or found.landscapes):
        raise Refused("it defines neither a rule (a subclass of Rule) nor a landscape (a Landscape with a name)")
    return found


def _name_after(landscape: Landscape, variable: str, file: str) -> None:
    """Gives a landscape what it lacks to stand in a list."""
    words = re.findall(r"[a-z0-9]+", variable.lower())
    own = {"key": "-".join(words), "name": " ".join(words).capitalize()}
    own["about"] = f"Defined in {file}."
    for attribute, text in own.items():
        if getattr(landscape, attribute) == getattr(Landscape, attribute):
            object.__setattr__(landscape, attribute, text)


def _lines(text: str) -> dict[str, int]:
    """Name → line, of the classes and variables at the top level of a file."""
    lines = {}
    for statement in parse(text).body:
        match statement:
            case ClassDef(name=name):
                lines[name] = statement.lineno
            case Assign(targets=targets):
                lines |= {target.id: statement.lineno for target in targets if isinstance(target, Name)}
            case AnnAssign(target=Name(id=name)):
                lines[name] = statement.lineno
    return lines


def _line(path: Path, error: BaseException) -> int | None:
    """The last line of the file that an exception passed through."""
    inner: BaseException | None = error
    found = None
    while inner is not None:
        found = _last(path, inner.__traceback__) or found
        inner = inner.__cause__
    return found


def _last(path: Path, trace: TracebackType | None) -> int | None:
    lines = [line for frame, line in walk_tb(trace) if frame.f_code.co_filename == str(path)]
    return lines[-1] if lines else None


def _sentence(path: Path, line: int | None, words: str) -> str:
    return f"{path.name}{f', line {line}' if line else ''}: {words}"


def _words(error: BaseException) -> str:
    """An exception in one line."""
    said = " ".join(str(error).split())
    kind = type(error).__name__
    return said if said and isinstance(error, ValueError) else f"{kind}: {said}" if said else kind
