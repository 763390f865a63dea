"""`python -m tests.robustness.hostile`: thousands of formulas, links and files made to do harm.

Each must end in a value or in one sentence, within a second of this thread's time, with nothing of it run as code.
"""

import argparse
import json
import random
import string
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from app.compute.price import AFFORDABLE, affordable_size, raster_price, search
from app.compute.runs import planned, question
from app.model.experiment_file import load
from app.model.link import PINNED, PINNED_PREFIX, keys, pinned_keys, read, values_of, write
from app.model.state import State
from figures.loss_colours import SAMPLES, scale
from landscapes import LANDSCAPES, Landscape
from landscapes.formula import FormulaError
from optimizers import OPTIMIZERS, MongeSAM, compiled, run
from optimizers.cost import operations
from optimizers.experiment import Experiment, ExperimentError
from tests.robustness.expensive import FORMULAS, most_expensive

WITHIN = 1.0  # seconds of processor time
LONGEST_SENTENCE = 700  # characters
LARGEST_FILE = 1_000_000  # characters; the page lets no larger one through

FUNCTIONS = ("sin(", "cos(", "tan(", "exp(", "log(", "sqrt(", "abs(", "tanh(", "arctan(")
WORDS = ("**", "^", "π", "√(", "²", "³", "θ₁", "θ₂", "pi", "x^y", "1/", "(x-x)", "^-", "^^", "0/0", "·", "−")
TRAPS = (
    "1e308",
    "1e-308",
    "1e999",
    "9" * 40,
    "__",
    ".real",
    ":=",
    "\0",
    "\n",
    "\u202e",
    "٣",
    "ｘ",
    "𝑥",
    "😀",
    "'",
    '"',
)
PROGRAMS = (
    "__import__('os').system('true')",
    "().__class__.__base__.__subclasses__()",
    "lambda x: x",
    "exec('x')",
    "[x for x in (1,)]",
    "open('/etc/passwd').read()",
    "f'{x}'",
    "x if y else 0",
    "globals()['x']",
    "x.__class__",
    "9**9**9**9",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    "../../../../etc/passwd",
)
PLAIN = ("(1 - x*y)^2", "x^2 + y^2", "5 sin(x^2 + y^2)/(x^2 + y^2)", "log(1 + e^-x) tanh(y)", "20 + x^2 - 10cos(2pi x)")


def formula(chance: random.Random) -> str:
    """A text for the field of a formula: soup, nests, harmed formulas, programs, or any characters."""
    kind = chance.randrange(5)
    if kind == 0:
        return "".join(
            chance.choices([*"xye0123456789.()()+-*/ ", *FUNCTIONS, *WORDS, *TRAPS], k=chance.randrange(120))
        )
    if kind == 1:
        opening = chance.choice([*FUNCTIONS, "x^(", "(x+y)*(", "2^-(", "-(", "log(1+", "x^y^(", "(", "[", "-"])
        times = chance.randrange(1, 60)
        inner = chance.choice(["x", "y^x", "x/y", "9^9^9^9", "", "1/0"])
        return opening * times + inner + ")" * (times * opening.count("(") - chance.randrange(2))
    if kind == 2:
        return harmed(chance, chance.choice(PLAIN)) if chance.random() < 0.9 else chance.choice([*FORMULAS.values()])
    if kind == 3:
        return chance.choice(["", "x + ", "sin("]) + chance.choice(PROGRAMS) + chance.choice(["", ")", " * y"])
    if kind == 4:
        return _sound(chance, chance.randrange(1, 7))
    return characters(chance, 320)


def _sound(chance: random.Random, depth: int) -> str:
    """A formula without fault, however unpleasant to compute."""
    if depth == 0:
        return chance.choice(["x", "y", "x y", "2", "0.5", "pi", "e", "-x", "1e9", "1e-300", "(x-y)"])
    one, two = (_sound(chance, chance.randrange(depth)) for _ in range(2))
    function, sign = chance.choice(FUNCTIONS), chance.choice("+-*/^")
    return chance.choice([f"{function}{one})", f"({one}){sign}({two})", f"{one}/x - {two}", f"({one})^{two}"])


def query(chance: random.Random) -> str:
    """The query of a link: true keys with false values, false keys, broken escapes, or any characters."""
    if chance.random() < 0.2:
        return "?" * chance.randrange(3) + characters(chance, 2100)
    pairs = []
    for _ in range(chance.randrange(12)):
        key = chance.choice(
            [
                *keys(),
                *(PINNED_PREFIX + key for key in pinned_keys()),
                PINNED,
                "v",
                "name",
                "dark",
                "__class__",
                "",
                characters(chance, 8),
            ]
        )
        pairs.append(f"{key}={_word(chance)}")
    return "?" + chance.choice(["&", "&&", ";", "?", "&"]).join(pairs)


def document(chance: random.Random) -> str:
    """A file to open: a saved experiment with anything in the place of anything, cut short, or nested without end."""
    if chance.random() < 0.1:
        piece = chance.choice(["[", '{"a":', '{"landscape":', "1", "nul", "\ufeff{}", "[]"])
        return (piece * chance.choice([1, 10, 5000, LARGEST_FILE]))[:LARGEST_FILE]
    data = _experiment(chance)
    for _ in range(chance.randrange(4)):
        _forge(chance, data)
    text = json.dumps(data, ensure_ascii=chance.random() < 0.5)
    return harmed(chance, text) if chance.random() < 0.3 else text


def harmed(chance: random.Random, text: str) -> str:
    """A text with a few characters taken out, put in, or turned round."""
    letters = list(text)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(letters) + 1)
        match chance.randrange(3):
            case 0:
                letters[at : at + chance.randrange(1, 4)] = []
            case 1:
                letters[at:at] = chance.choice([*TRAPS, *WORDS, *string.printable])
            case _:
                letters[at : at + 6] = reversed(letters[at : at + 6])
    return "".join(letters)


def characters(chance: random.Random, most: int) -> str:
    """Any characters, of all planes of Unicode but the halves of pairs."""
    ranges = (0x20, 0x7F), (0, 0x20), (0xA0, 0xD7FF), (0xE000, 0x10FFFF)
    weights = 12, 1, 2, 1
    picked = chance.choices(ranges, weights, k=chance.randrange(most))
    return "".join(chr(chance.randrange(low, high)) for low, high in picked)


def _word(chance: random.Random) -> str:
    numbers = ("nan", "inf", "-1e999", "1e-400", "0x10", "1_0", "1e3", "-0", "9" * 400, "٣", "1,2", "1,2,3", "")
    escapes = ("%00", "%ff%fe", "%", "%zz", "%E2%80%AE", "%0d%0aSet-Cookie:x", "+", "%26rho%3D1")
    return chance.choice(
        [
            *numbers,
            *escapes,
            *PROGRAMS,
            *LANDSCAPES,
            *OPTIMIZERS,
            "sam,sam",
            "sam:rho=0.3,,gsam",
            "one",
            "grid",
            "cloud",
        ]
    )


def _experiment(chance: random.Random) -> dict[str, Any]:
    """A saved experiment with nothing wrong."""
    state = State(mode=chance.choice(["one", "grid", "cloud"]), rho=chance.choice([0.0, 0.5, 1.0]))
    state.choose_landscape(chance.choice([*LANDSCAPES]))
    data = state.experiment.to_dict()
    if chance.random() < 0.3:
        data["landscape"] = {"formula": chance.choice([chance.choice(PLAIN), formula(chance)])}
    return json.loads(json.dumps(data))


def _forge(chance: random.Random, data: Any) -> None:
    """Puts anything in the place of a field somewhere in the data, takes one out or adds one."""
    while True:
        places = list(data) if isinstance(data, dict) else list(range(len(data)))
        if not places:
            return
        place = chance.choice(places)
        if not (isinstance(data[place], dict | list) and chance.random() < 0.6):
            break
        data = data[place]
    match chance.randrange(4):
        case 0:
            del data[place]
        case 1 if isinstance(data, dict):
            data[chance.choice([*PROGRAMS, "schema", "__class__", ""])] = _thing(chance)
        case _:
            data[place] = _thing(chance)


def _thing(chance: random.Random) -> Any:
    nest: Any = 1
    for _ in range(chance.randrange(60)):
        nest = [nest]
    things = (None, True, -1, 0, 10**400, 1e308, float("nan"), float("-inf"), "", [], {}, [[]], nest, "1", [1] * 1000)
    return chance.choice([*things, *PROGRAMS, characters(chance, 30), {"rule": "sam", "rho": "1"}])


POINTS = np.random.default_rng(0).uniform(-3, 3, (2, 40))


def type_formula(text: str) -> str | None:
    """What the app does with a typed formula; the sentence that refuses it, None for a loss that can be run."""
    try:
        loss = Landscape.from_formula(text)
    except FormulaError as error:
        return str(error)
    parts = loss.value(*POINTS), *loss.gradient(*POINTS), *loss.hessian(*POINTS)
    require(
        {np.shape(part) for part in parts} == {POINTS[0].shape}, "the derivatives have other shapes than the points"
    )
    if search(loss) <= AFFORDABLE:  # else it is done beside the session
        require(all(np.isfinite(one.points).all() for one in loss.stationary), "a stationary point is nowhere")
    require(np.isfinite(scale(loss, affordable_size(partial(raster_price, loss), SAMPLES))).all(), "no colours")
    _cost_little(text)
    with compiled.numpy_only():
        final = run(MongeSAM(0.5), loss, POINTS, learning_rate=0.01, steps=20, keep="final").final
    require(final.shape == POINTS.shape, "runs were lost")
    return None


def _cost_little(text: str) -> None:
    """With everything at its limit, a frame runs no more operations than it affords, whatever is asked for."""
    state = most_expensive(text, optimizers=["m-sam"])
    (asked,) = (question(state, entry) for entry in state.entries())
    if (shown := planned((asked,))) is not None:
        runs = -(-state.count // shown[0].thin)
        require(operations(asked.rule, asked.landscape, runs, shown[0].steps) <= AFFORDABLE, "a frame costs too much")


def follow_link(text: str) -> str | None:
    """What the app does with a link; the sentence on what was ignored, None for a link without fault."""
    reading = read(text)
    state = State()
    require(state.try_update(**reading.values) is None, "the link gave values that the state refuses")
    require(values_of(state) == reading.values, "the state holds something else than the link gave")
    require(read(write(state)).values == reading.values, "the link that is written reads otherwise")
    return reading.ignored or None


def open_file(text: str) -> str | None:
    """What the app does with a file, and a script with the experiment in it; the refusal, None for one that opened."""
    state = State()
    before = values_of(state)
    refused = load(text, state)
    require(refused is None or values_of(state) == before, "a refused file changed the state")
    try:
        experiment = Experiment.from_json(text)
    except ExperimentError as error:
        require(refused is not None, "the app opened what a script refuses")
        _one_sentence(str(error))
    else:
        require(Experiment.from_json(experiment.to_json()) == experiment, "the experiment does not survive JSON")
    return refused


class Kind(NamedTuple):
    """A way in.

    Attributes:
        make: a hostile text.
        use: what the app does with it; returns the sentence that refuses it, None where it was taken.
    """

    make: Callable[[random.Random], str]
    use: Callable[[str], str | None]


KINDS = {
    "formulas": Kind(formula, type_formula),
    "links": Kind(query, follow_link),
    "files": Kind(document, open_file),
}


class Harm(AssertionError):
    """A text that did what no text may do."""


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Harm(otherwise)


def _one_sentence(text: str) -> None:
    require(text.isprintable() and 0 < len(text) <= LONGEST_SENTENCE, f"this is no sentence: {text!r}")
    require("Traceback" not in text, f"this is a traceback: {text!r}")


class Response(NamedTuple):
    """What became of a text: the sentence that refused it or None, and the seconds of processor time it took."""

    text: str
    sentence: str | None
    seconds: float


def meet(kind: Kind, text: str) -> Response:
    """Uses one text.

    Raises:
        Harm: for anything but a value or one sentence within a second, or when something was run.
    """
    began = time.thread_time()
    try:
        with watched() as deeds:
            sentence = kind.use(text)
        if sentence is not None:
            _one_sentence(sentence)
        seconds = time.thread_time() - began
        require(seconds < WITHIN, f"it took {seconds:.2f} s")
        require(not deeds, f"it did {deeds}")
    except Exception as error:
        raise Harm(f"{text[:400]!r}: {type(error).__name__}: {error}") from error
    return Response(text, sentence, seconds)


DEEDS = ("os.", "subprocess.", "socket.", "shutil.", "ctypes.", "pty.", "urllib.", "ftplib.", "webbrowser.")
HARMLESS = {"os.listdir", "os.scandir"}  # the import system looks where modules are
OUR_CODE = ("<formula>", "<landscape", "<rule and landscape>", "<frozen")  # written by this program alone
_deeds: list[str] | None = None
_watcher = 0


def _audit(event: str, arguments: tuple) -> None:
    if _deeds is None or threading.get_ident() != _watcher:  # kernels of other tests may still be being compiled
        return
    if event.startswith(DEEDS) and event not in HARMLESS:
        _deeds.append(f"{event}{arguments!r}")
    elif event == "exec" and not arguments[0].co_filename.startswith(OUR_CODE):
        _deeds.append(f"exec of {arguments[0].co_filename}")
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        _deeds.append(f"open{arguments!r}")


@contextmanager
def watched() -> Iterator[list[str]]:
    """Notes what a text must not bring about: programs started, files written, sockets opened, other code run."""
    global _deeds, _watcher
    _begin_to_watch()
    _watcher, deeds = threading.get_ident(), []
    _deeds = deeds
    try:
        yield deeds
    finally:
        _deeds = None


@cache
def _begin_to_watch() -> None:
    """Loads first what is loaded when it is first needed, which runs code too."""
    for kind, text in zip(KINDS.values(), (PLAIN[0], "?rho=0.5", State().experiment.to_json()), strict=True):
        kind.use(text)
    sys.addaudithook(_audit)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.robustness.hostile", description="Try to break what reads text.")
    parser.add_argument("--number", type=int, default=10_000, help="texts of each kind (10000)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the texts (0)")
    options = parser.parse_args()
    harm = 0
    print("| hostile | number | taken | refused with one sentence | harm | slowest |\n|:--|--:|--:|--:|--:|--:|")
    for name, kind in KINDS.items():
        chance, outcomes, harms = random.Random(options.seed), [], []
        for _ in range(options.number):
            try:
                outcomes.append(meet(kind, kind.make(chance)))
            except Harm as error:
                harms.append(str(error))
        refused = sum(outcome.sentence is not None for outcome in outcomes)
        slowest = max((outcome.seconds for outcome in outcomes), default=0.0)
        print(
            f"| {name} | {options.number:,} | {len(outcomes) - refused:,} | {refused:,} | {len(harms)} | "
            f"{1e3 * slowest:.0f} ms |",
            flush=True,
        )
        for error in harms[:10]:
            print(error, file=sys.stderr)
        harm += len(harms)
    return 1 if harm else 0


if __name__ == "__main__":
    sys.exit(main())
