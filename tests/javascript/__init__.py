"""Engines of JavaScript for what is generated, QuickJS in this process and V8 (deno) in one of its own; and what they
have to agree with."""

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import quickjs
from deno import find_deno_bin

from landscapes import Landscape
from optimizers import OPTIMIZERS, compiled, run
from optimizers.compiled.javascript import program
from tests.bits import components, same_bits
from tests.catalogue import rule

RATE, RHO = 0.01, 0.5
KEYS = list(OPTIMIZERS)
CALLS = Path(__file__).with_name("calls.mjs")
SERVE = Path(__file__).with_name("serve.mjs")


class Engine:
    """A module that was loaded, and what its exports make of arrays."""

    def load(self, text: str) -> None:
        """Loads a module in place of the last one."""
        raise NotImplementedError

    def ask(self, question: dict[str, Any]) -> str:
        """The answer to a question of calls.mjs."""
        raise NotImplementedError

    def each(self, name: str, *arrays: np.ndarray) -> np.ndarray:
        """What a function of numbers gives at each place, shape (n, results)."""
        question = {"path": [name], "arrays": list(map(_text, arrays))}
        return _numbers(self.ask(question)).reshape(arrays[0].size, -1)

    def run(self, key: str, starts: np.ndarray, values: Sequence[float], steps: int, kept: str = "run") -> np.ndarray:
        """The positions of a rule's runs."""
        question = {"path": ["rules", key, kept], "arrays": list(map(_text, starts)), "steps": steps}
        return _numbers(self.ask(question | {"values": _text(np.array(values))})).reshape(-1, *starts.shape)


class QuickJS(Engine):
    """QuickJS, which interprets."""

    def load(self, text: str) -> None:
        self._context = quickjs.Context()
        self._context.module(f"{CALLS.read_text('utf-8')}\nglobalThis.answer = answer")
        self._context.module(f"{text}\nglobalThis.made = {{ {', '.join(exported(text))} }}")

    def ask(self, question: dict[str, Any]) -> str:
        self._context.set("question", json.dumps(question))
        return self._context.eval("answer(made, JSON.parse(question))")


class Deno(Engine):
    """V8, which compiles what runs often."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process

    def load(self, text: str) -> None:
        assert self.ask({"module": text}) == "ready"

    def ask(self, question: dict[str, Any]) -> str:
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def deno(folder: Path) -> Iterator[Deno]:
    """V8 in a process of its own, which may read and ask for nothing; a folder for its cache."""
    environment = os.environ | {"DENO_NO_UPDATE_CHECK": "1", "DENO_DIR": str(folder)}
    command = [find_deno_bin(), "run", "--no-remote", "--quiet", SERVE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        try:
            yield Deno(process)
        finally:
            process.stdin.close()
            process.wait(10)


def exported(text: str) -> list[str]:
    """The names that a generated module exports."""
    return [line.split()[2].partition("=")[0] for line in text.splitlines() if line.startswith("export const ")]


def agrees(
    engine: Engine,
    landscape: Landscape,
    points: np.ndarray,
    steps: int,
    *,
    keys: Iterable[str] = KEYS,
    text: str | None = None,
) -> int:
    """Runs rules on a landscape by the program of all of them, evaluates it, and counts the numbers compared."""
    keys = list(keys)
    engine.load(text or program((OPTIMIZERS[key] for key in keys), landscape))
    compared = 0
    chosen_rules = [rule(key, RHO) for key in keys] + [rule(key, 0.0) for key in keys if key == "sam"]
    for chosen in chosen_rules:
        key = chosen.key
        with compiled.numpy_only():
            reference = run(chosen, landscape, points, learning_rate=RATE, steps=steps)
        values = [RATE, *chosen.hyperparameters.values()]
        same_bits(engine.run(key, points, values, steps), reference.positions)
        ends = engine.run(key, points, values, steps, "ends")
        same_bits(ends, [reference.previous, reference.final])
        compared += reference.positions.size + ends.size
    for name in ("value", "gradient"):
        here = components(getattr(landscape, name)(*points), points.shape[1:])
        same_bits(engine.each(name, *points).T, here)
        compared += here.size
    return compared


def _text(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, "<f8").tobytes()).decode()


def _numbers(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f8")
