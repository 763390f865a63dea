"""A link: a state as the query of an address, short and readable, and back; each key is validated separately.

`?v=1&loss=sinc&opt=sam,m-sam,sam:rho=0.3&rho=0.2&start=-1.5,0.5` holds what differs from the defaults of its landscape;
rules that were added are spelled with their hyperparameters, as on the command line (`optimizers.spelling`). A pinned
run A is given by what differs from the rest, `&a.rho=1`, or by `&pinned=1` where nothing does. The theme is in no link:
it is the viewer's, not the sender's. `&with=mine.py` names the files from outside that it needs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

import param

from app.model import lineup
from app.model.course import BaseOptimizer
from app.model.figure_values import FigureValues
from app.model.own_loss import FIRST_FORMULA, OWN, OWN_LOSS, WINDOW, refused_loss
from app.model.parameters import FormulaText, expected
from app.model.state import VIEWER, Part, State, experiment_parameters, vacant
from optimizers.bases import BASES
from optimizers.experiment import WITH
from optimizers.extensions import files_of, missing
from optimizers.spelling import made, number_text, spelled
from optimizers.spelling import read as read_part

VERSION = "1"
MAX_QUERY = 15_000  # characters of a query; those of the four formulas may take nine each
MAX_NAMED = 3  # faults that the sentence lists

FIRST = "landscape"  # determines, with the visitor's own loss, the defaults of the others
PINNED, PINNED_PREFIX = "pinned", "a."
NO_VALUES: Mapping[str, Any] = MappingProxyType({})
SAFE = ",()*^/:="  # what stays readable
RULES = ("optimizers", "added")
NAMES = {
    "loss": ("landscape",),
    "formula": ("formula",),
    "domain": WINDOW,
    "opt": RULES,
    "rho": ("rho",),
    "lr": ("learning_rate",),
    "steps": ("steps",),
    "starts": ("mode",),
    "start": ("x", "y"),
    "centre": ("centre_x", "centre_y"),
    "half": ("half_width",),
    "view": ("zoom",),
    "diff": ("first", "second"),
    "stability": ("stability_rule", "criterion"),
}


class Reading(NamedTuple):
    """The content of a link.

    Attributes:
        values: a valid value for every linked parameter of the state.
        ignored: one sentence on what was ignored and why; empty if nothing was.
    """

    values: dict[str, Any]
    ignored: str


def write(state: State) -> str:
    """The query of a state, `?v=1&…`; empty for the defaults. Numbers keep every bit."""
    values = values_of(state)
    own = {name: values[name] for name in OWN_LOSS}
    default_values = defaults(state.landscape, own) | {name: State.param[name].default for name in OWN_LOSS}
    implied = OWN if state.formula != FIRST_FORMULA else _first()
    pairs = [] if state.landscape == implied else [("loss", state.landscape)]
    texts, default_texts = _texts(keys(), values), _texts(keys(), default_values)
    pairs += [(key, texts[key]) for key in keys() if key != "loss" and texts[key] != default_texts[key]]
    pairs += [(WITH, file) for file in _files(values)]
    if state.pinned is not None:
        pinned_texts = _texts(pinned_keys(), state.pinned)
        pairs += [(PINNED_PREFIX + key, text) for key, text in pinned_texts.items() if text != texts[key]] or [
            (PINNED, "1")
        ]
    if not pairs:
        return ""
    return "?" + "&".join(f"{key}={quote(text, safe=SAFE)}" for key, text in [("v", VERSION), *pairs])


def read(query: str, others: Iterable[str] = ()) -> Reading:
    """Reads what `write` wrote, or what a person typed; never raises.

    Args:
        query: with or without its question mark.
        others: keys that are not of the state; of them only a repetition is a fault.
    """
    start = defaults(_first())
    if len(query) > MAX_QUERY:
        return Reading(
            start, f"The link was ignored: it has {len(query)} characters, but at most {MAX_QUERY} are read."
        )
    # + is a sign in a formula and a number, and a blank in neither
    query = query.removeprefix("?").replace("+", "%2B")
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    given = dict(pairs)
    if (version := given.pop("v", VERSION)) != VERSION:
        return Reading(
            start, f"The link was ignored: its version is {_shown(version)}, but this program reads {VERSION}."
        )
    for key in (WITH, *others):
        given.pop(key, None)
    if (reason := missing(text for key, text in pairs if key == WITH)) is not None:
        return Reading(start, f"The link was ignored: {_printable(reason)}.")
    pinned = given.pop(PINNED, None)
    pinned_texts = {
        key.removeprefix(PINNED_PREFIX): given.pop(key) for key in [*given] if key.startswith(PINNED_PREFIX)
    }
    values, faults = _read(given, keys())
    faults += [f"{_shown(key)} (given {n} times; the last counts)" for key, n in _counted(pairs) if n > 1]
    own = {name: State.param[name].default for name in OWN_LOSS} | {n: values[n] for n in OWN_LOSS if n in values}
    refused = refused_loss(own)
    if refused or ("formula" in given and "formula" not in values):
        faults += _refused(refused)
        values = {name: value for name, value in values.items() if name not in OWN_LOSS}
        own, first = {}, values.get(FIRST, start[FIRST])
        values[FIRST] = start[FIRST] if first == OWN else first
    values.setdefault(FIRST, OWN if "formula" in values else start[FIRST])
    default_values = defaults(values[FIRST], own)
    values = default_values | values
    for name in sorted(vacant(values)):
        faults.append(f"{values[name]} (no rule was added there)")
        values[name] = default_values[name]
    if pinned not in {None, "1"}:
        faults.append(f"{PINNED}={_shown(pinned)} (expected 1)")
    if pinned == "1" or pinned_texts:
        values[PINNED], more = _pinned_setting(pinned_texts, values)
        faults += more
    return Reading(values, _sentence(faults))


def _counted(pairs: list[tuple[str, str]]) -> Iterable[tuple[str, int]]:
    return Counter(key for key, _ in pairs if key != WITH).items()


def _files(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The files from outside that the rules and landscapes of a state's values come from."""
    settings = [values, *([values[PINNED]] if values[PINNED] else [])]
    return tuple(dict.fromkeys(file for one in settings for file in files_of(one["landscape"], _rules(one))))


def _rules(values: Mapping[str, Any]) -> set[str]:
    return {rule.key for rule in values["added"] if rule is not None}


def _read(given: Mapping[str, str], known: Mapping[str, tuple[str, ...]], of: str = "") -> tuple[dict, list[str]]:
    """The values of texts, by parameter, and what is wrong with the others."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for key, text in given.items():
        if key not in known:
            faults.append(f"{_shown(of + key)} (no such key)")
        elif (read_values := _values(known[key], text)) is None:
            faults.append(f"{of}{key}={_shown(text)} ({_reason(known[key], text)})")
        else:
            values |= read_values
    return values, faults


def _pinned_setting(given: Mapping[str, str], values: Mapping[str, Any]) -> tuple[dict | None, list[str]]:
    """The setting of the pinned run A, given the other values, and what is wrong; None if there is no A."""
    read_values, faults = _read(given, pinned_keys(), PINNED_PREFIX)
    setting = {name: values[name] for name in experiment_parameters()} | read_values
    refused = refused_loss(setting)
    if refused or ("formula" in given and "formula" not in read_values):
        return None, faults + _refused(refused, " of A")
    return setting, faults


def _refused(refused: str | None, of: str = "") -> list[str]:
    return [f"the formula and its domain{of} ({refused[:1].lower()}{refused[1:].removesuffix('.')})"] if refused else []


def keys() -> dict[str, tuple[str, ...]]:
    """Key → the parameters of the state that it holds; those that NAMES does not rename keep their own."""
    named = {name for names in NAMES.values() for name in names}
    others = sorted(name for name in State.param if name not in named | VIEWER | {PINNED})
    return NAMES | {name.replace("_", "-"): (name,) for name in others}


def pinned_keys() -> dict[str, tuple[str, ...]]:
    """The keys of parameters that determine the numbers of a run."""
    return {key: names for key, names in keys().items() if experiment_parameters().issuperset(names)}


def values_of(state: State) -> dict[str, Any]:
    """The values of all linked parameters."""
    return {name: value for name, value in state.param.values().items() if name not in VIEWER}


def defaults(landscape: str, own: Mapping[str, Any] = NO_VALUES) -> dict[str, Any]:
    """The defaults of a landscape, or of the visitor's own: what a link to it omits."""
    state = State(**own)
    if landscape != state.landscape:
        state.choose_landscape(landscape)
    return values_of(state)


def _values(names: tuple[str, ...], text: str) -> dict[str, Any] | None:
    """Parameter → value, or None if the text does not give one for each."""
    if names == RULES:
        try:
            return dict(zip(names, lineup.read(text), strict=True))
        except ValueError:
            return None
    parts = text.split(",") if len(names) > 1 else [text]
    if len(parts) != len(names):
        return None
    values = {}
    for name, part in zip(names, parts, strict=True):
        try:
            values[name] = _value(State.param[name], part)
            State.param[name]._validate(values[name])
        except (ValueError, KeyError):
            return None
    return values


def _texts(known: Mapping[str, tuple[str, ...]], values: Mapping[str, Any]) -> dict[str, str]:
    return {key: _joined(names, [values[name] for name in names]) for key, names in known.items()}


def _joined(names: tuple[str, ...], values: list[Any]) -> str:
    if names == RULES:
        return lineup.write(*values)
    return ",".join(_text(State.param[name], value) for name, value in zip(names, values, strict=True))


def _text(parameter: param.Parameter, value: Any) -> str:
    if value is None:
        return ""
    match parameter:
        case BaseOptimizer():
            return spelled(value)
        case Part():
            return ",".join(map(number_text, value))
        case param.Boolean():
            return str(int(value))
        case FigureValues():
            return parameter.text(value)
        case param.Number():
            return number_text(value)
        case _:
            return str(value)


def _value(parameter: param.Parameter, text: str) -> Any:
    match parameter:
        case BaseOptimizer():
            return made(*read_part(text, BASES, "a base optimizer"))
        case Part():
            return tuple(map(float, text.split(",")))
        case FigureValues():
            return parameter.read(text)
        case param.Boolean():
            return {"0": False, "1": True}[text]
        case param.Integer():
            return int(text)
        case param.Number():
            return float(text)
        case param.Selector():
            return {str(choice): choice for choice in parameter.objects}[text]
        case _:
            return text


def _first() -> str:
    return State.param[FIRST].default


def _reason(names: tuple[str, ...], text: str) -> str:
    """Why a text is not a value."""
    parameter = State.param[names[0]]
    try:
        match parameter:
            case FormulaText():
                parameter._validate(text)
            case FigureValues():
                parameter.read(text)
            case BaseOptimizer():
                read_part(text, BASES, "a base optimizer")
            case _ if names == RULES:
                lineup.read(text)
    except ValueError as error:
        return str(error)
    return f"expected {_expected(names)}"


def _expected(names: tuple[str, ...]) -> str:
    if len(names) > 1:
        return " and ".join(_expected((name,)) for name in names)
    parameter = State.param[names[0]]
    return "0 or 1" if isinstance(parameter, param.Boolean) else expected(parameter)


def _sentence(faults: list[str]) -> str:
    if not faults:
        return ""
    more = len(faults) - MAX_NAMED
    return f"Ignored in the link: {'; '.join(faults[:MAX_NAMED])}{f'; and {more} more' if more > 0 else ''}."


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def _shown(text: str) -> str:
    plain = _printable(text)
    return f"“{plain if len(plain) <= 30 else plain[:29] + '…'}”"
