"""A link: a state as the query of an address, short and readable, and back; each key is judged alone.

`?v=1&loss=sinc&opt=sam,m-sam&rho=0.2&start=-1.5,0.5` holds what differs from the first sight of its landscape. A pinned
run A is told by what differs from the rest, `&a.rho=1`, or by `&pinned=1` where nothing does. What stands in no link is
the theme: it is the viewer's, not the sender's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

import param

from app.model.state import FIRST_FORMULA, OWN, OWN_LOSS, WINDOW, Part, State, experiment_parameters, refused_loss
from landscapes.formula import FormulaError

VERSION = "1"
LONGEST = 10_000  # characters of a query; those of two formulas may take nine each
MAX_NAMED = 3  # faults that the sentence spells out
MAX_LISTED, FIRST_LISTED = 12, 5  # choices that a sentence lists; of more the first ones
UNLINKED = {"name", "dark"}

FIRST = "landscape"  # decides, with the visitor's own loss, what the others are by default
PINNED, OF_A = "pinned", "a."
NOTHING: Mapping[str, Any] = MappingProxyType({})
NAMES = {
    "loss": ("landscape",),
    "formula": ("formula",),
    "domain": WINDOW,
    "opt": ("optimizers",),
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
    """What a link says.

    Attributes:
        values: a valid value for every linked parameter of the state.
        ignored: one sentence on what was passed over and why; empty where nothing was.
    """

    values: dict[str, Any]
    ignored: str


def write(state: State) -> str:
    """The query of a state, `?v=1&…`; empty for the first sight. Numbers keep every bit."""
    values = values_of(state)
    own = {name: values[name] for name in OWN_LOSS}
    usual = defaults(state.landscape, own) | {name: State.param[name].default for name in OWN_LOSS}
    implied = OWN if state.formula != FIRST_FORMULA else _first()
    pairs = [] if state.landscape == implied else [("loss", state.landscape)]
    said, unsaid = _texts(keys(), values), _texts(keys(), usual)
    pairs += [(key, said[key]) for key in keys() if key != "loss" and said[key] != unsaid[key]]
    if state.pinned is not None:
        of_a = _texts(keys_of_a(), state.pinned)
        pairs += [(OF_A + key, text) for key, text in of_a.items() if text != said[key]] or [(PINNED, "1")]
    return (
        "?" + "&".join(f"{key}={quote(text, safe=',()*^/')}" for key, text in [("v", VERSION), *pairs]) if pairs else ""
    )


def read(query: str) -> Reading:
    """Reads what `write` wrote, or what a person typed; never raises."""
    start = defaults(_first())
    if len(query) > LONGEST:
        return Reading(
            start, f"The link was ignored: it has {len(query)} characters, and the longest read is {LONGEST}."
        )
    # + is a sign in a formula and a number, and a blank in neither
    query = query.removeprefix("?").replace("+", "%2B")
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    given = dict(pairs)
    if (version := given.pop("v", VERSION)) != VERSION:
        return Reading(
            start, f"The link was ignored: its version is {_shown(version)}, and this program reads {VERSION}."
        )
    pinned = given.pop(PINNED, None)
    of_a = {key.removeprefix(OF_A): given.pop(key) for key in [*given] if key.startswith(OF_A)}
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
    values = defaults(values[FIRST], own) | values
    if pinned not in {None, "1"}:
        faults.append(f"{PINNED}={_shown(pinned)} (expected 1)")
    if pinned == "1" or of_a:
        values[PINNED], more = _setting_of_a(of_a, values)
        faults += more
    return Reading(values, _sentence(faults))


def _counted(pairs: list[tuple[str, str]]) -> Iterable[tuple[str, int]]:
    return Counter(key for key, _ in pairs).items()


def _read(given: Mapping[str, str], known: Mapping[str, tuple[str, ...]], of: str = "") -> tuple[dict, list[str]]:
    """The values that texts say, by parameter, and what is wrong with the others."""
    values, faults = {}, []
    for key, text in given.items():
        if key not in known:
            faults.append(f"{_shown(of + key)} (no such key)")
        elif (read_values := _values(known[key], text)) is None:
            faults.append(f"{of}{key}={_shown(text)} ({_trouble(known[key], text)})")
        else:
            values |= read_values
    return values, faults


def _setting_of_a(given: Mapping[str, str], values: Mapping[str, Any]) -> tuple[dict | None, list[str]]:
    """With what A was run, where the rest is run with these values, and what is wrong; None where there is no A."""
    read_values, faults = _read(given, keys_of_a(), OF_A)
    setting = {name: values[name] for name in experiment_parameters()} | read_values
    refused = refused_loss(setting)
    if refused or ("formula" in given and "formula" not in read_values):
        return None, faults + _refused(refused, " of A")
    return setting, faults


def _refused(refused: str | None, of: str = "") -> list[str]:
    return [f"the formula and its domain{of} ({refused[:1].lower()}{refused[1:].removesuffix('.')})"] if refused else []


def keys() -> dict[str, tuple[str, ...]]:
    """Key → the parameters of the state that it holds; those without a name of their own in NAMES keep theirs."""
    named = {name for names in NAMES.values() for name in names}
    others = sorted(name for name in State.param if name not in named | UNLINKED | {PINNED})
    return NAMES | {name.replace("_", "-"): (name,) for name in others}


def keys_of_a() -> dict[str, tuple[str, ...]]:
    """Likewise for what decides the numbers of a run."""
    return {key: names for key, names in keys().items() if experiment_parameters().issuperset(names)}


def values_of(state: State) -> dict[str, Any]:
    """The values of all linked parameters."""
    return {name: value for name, value in state.param.values().items() if name not in UNLINKED}


def defaults(landscape: str, own: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    """The first sight of a landscape, or of the visitor's own: what a link to it need not say."""
    state = State(**own)
    if landscape != state.landscape:
        state.choose_landscape(landscape)
    return values_of(state)


def _values(names: tuple[str, ...], text: str) -> dict[str, Any] | None:
    """Parameter → value, or None where the text does not say one for each."""
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
    return {key: ",".join(_text(State.param[name], values[name]) for name in names) for key, names in known.items()}


def _text(parameter: param.Parameter, value: Any) -> str:
    if value is None:
        return ""
    match parameter:
        case Part():
            return ",".join(map(_number, value))
        case param.Boolean():
            return str(int(value))
        case param.Integer():
            return str(value)
        case param.Number():
            return _number(value)
        case param.ListSelector():
            return ",".join(value)
        case _:
            return str(value)


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0").replace("e+", "e")


def _value(parameter: param.Parameter, text: str) -> Any:
    match parameter:
        case Part():
            return tuple(map(float, text.split(",")))
        case param.Boolean():
            return {"0": False, "1": True}[text]
        case param.Integer():
            return int(text)
        case param.Number():
            return float(text)
        case param.ListSelector():
            return list(dict.fromkeys(text.split(","))) if text else []
        case param.Selector():
            return {str(choice): choice for choice in parameter.objects}[text]
        case _:
            return text


def _first() -> str:
    return State.param[FIRST].default


def _trouble(names: tuple[str, ...], text: str) -> str:
    """Why a text is no value."""
    if names == ("formula",):
        try:
            State.param.formula._validate(text)
        except FormulaError as error:
            return str(error)
    return f"expected {_expected(names)}"


def _expected(names: tuple[str, ...]) -> str:
    if len(names) > 1:
        return " and ".join(_expected((name,)) for name in names)
    match parameter := State.param[names[0]]:
        case Part():
            return "left, right, bottom and top of a part of the plane"
        case param.Boolean():
            return "0 or 1"
        case param.Number():
            low, high = parameter.bounds
            kind = "a whole number" if isinstance(parameter, param.Integer) else "a number"
            return f"{kind} from {low:.10g} to {high:.10g}"
        case param.ListSelector():
            return f"some of {_listed(parameter.objects, ',')}"
        case param.Selector():
            return f"one of {_listed(parameter.objects, ', ')}"
        case _:
            return "another text"


def _listed(choices: list, comma: str) -> str:
    """All of a few choices, the first of many."""
    few = choices if len(choices) <= MAX_LISTED else choices[:FIRST_LISTED]
    more = len(choices) - len(few)
    return comma.join(map(str, few)) + (f" and {more} more" if more else "")


def _sentence(faults: list[str]) -> str:
    if not faults:
        return ""
    more = len(faults) - MAX_NAMED
    return f"Ignored in the link: {'; '.join(faults[:MAX_NAMED])}{f'; and {more} more' if more > 0 else ''}."


def _shown(text: str) -> str:
    plain = "".join(letter if letter.isprintable() else "�" for letter in text)
    return f"“{plain if len(plain) <= 30 else plain[:29] + '…'}”"
