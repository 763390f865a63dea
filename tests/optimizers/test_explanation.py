"""`explain` says which engine runs and why, the log says the same, and what README shows is compiled."""

import logging
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from landscapes import LANDSCAPES, Landscape
from landscapes.elementary import where
from optimizers import OPTIMIZERS, SAM, Rule, compiled, explain, run
from optimizers.compiled import disk, pairs
from tests.catalogue import rule
from tests.paths import ROOT

table = np.zeros(1)


def fresh(name: str = "Bowl") -> Landscape:
    return Landscape(lambda x, y: x * x + 2.0 * y * y, name=name)


def test_a_loaded_kernel_runs():
    landscape = fresh()
    compiled.warm([SAM], [landscape])
    assert explain(SAM(0.1), landscape) == "The compiled kernel runs SAM on Bowl."


def test_a_little_work_is_numpy_s():
    assert explain(SAM, fresh()) == (
        "NumPy runs SAM on Bowl, because so far that was too little work to compile a kernel for."
    )


def test_a_kernel_on_its_way_is_said(monkeypatch):
    landscape = fresh()
    monkeypatch.setattr(pairs.Pair, "make", lambda self: None)  # a compilation that does not end
    compiled.pair(SAM, landscape).prepare()
    assert explain(SAM, landscape) == (
        "NumPy runs SAM on Bowl until its kernel, which is compiling in the background, takes over."
    )


def test_the_reference_is_asked_for():
    with compiled.numpy_only():
        assert explain(SAM, fresh()) == "NumPy runs SAM on Bowl, because the reference engine was requested."


def test_a_failed_compilation_is_said(monkeypatch):
    def refuse(*arguments):
        raise subprocess.SubprocessError("no compiler here\nand more")

    landscape = fresh()
    monkeypatch.setattr(disk, "compile_apart", refuse)
    compiled.pair(SAM, landscape).make()
    assert explain(SAM, landscape) == ("NumPy runs SAM on Bowl, because compilation failed: no compiler here.")


@pytest.mark.parametrize(
    ("value", "gradient", "why"),
    [
        (lambda x, y: where(x < y, x, y), None, "autograd makes the gradient: x < y is not supported in a formula"),
        (lambda x, y: x + y + table, None, "autograd makes the gradient: table is a ndarray, not a number"),
        (lambda x, y: (x + y).sum(), None, "autograd makes the gradient: (x + y).sum is not a name in a module"),
        (
            lambda x, y: x + y,
            lambda x, y: (1.0 + table, y),
            "table is a ndarray, not a number, a tuple of numbers or a function",
        ),
        (lambda x, y: x + y, lambda x, y, k=1.0: (x, y), "<lambda> is not a plain function"),
        (lambda x, y: x + y, lambda x, y: (x % 2.0, y), "x % 2.0 has an operator that engines round differently"),
        (lambda x, y: x + y, eval("lambda x, y: (x, y)"), "the source of <lambda> is not available"),
        (eval("lambda x, y: x + y"), None, "autograd makes the gradient: the source of <lambda> is not available"),
    ],
)
def test_what_is_not_compiled_says_what_and_where(value, gradient, why):
    sentence = explain(SAM, Landscape(value, gradient))
    assert sentence.startswith(f"NumPy runs SAM on Custom loss, because {why} (<lambda>, ")
    line = (gradient or value).__code__.co_firstlineno
    file = "<string>" if "source" in why else Path(__file__).name
    assert sentence.endswith(f"{file} line {line}).")


def test_a_rule_that_is_not_compiled_says_what_and_where():
    @dataclass(frozen=True)
    class Own(Rule):
        rho: float
        key, name, metric = "own", "Own", "I"

        @staticmethod
        def ascent(x, y, gx, gy):
            return gx + table, gy

    line = Own.ascent.__code__.co_firstlineno + 2
    place = f"(ascent, {Path(__file__).name} line {line})"
    assert explain(Own, LANDSCAPES["banana"]) == (
        f"NumPy runs Own on Banana, because table is a ndarray, not a number, a tuple of numbers or a function {place}."
    )


def test_the_log_says_the_same_once(caplog):
    landscape = fresh("Logged")
    with caplog.at_level(logging.INFO, logger="samscape"):
        before = explain(SAM, landscape)
        for _ in range(3):
            run(SAM(0.1), landscape, [1.0, 1.0], learning_rate=0.1, steps=1)
        compiled.warm([SAM], [landscape])
        run(SAM(0.1), landscape, [1.0, 1.0], learning_rate=0.1, steps=1)
    assert [record.getMessage() for record in caplog.records] == [before, explain(SAM, landscape)]


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_whole_catalogue_is_compiled(key):
    for landscape in LANDSCAPES.values():
        assert "because" not in explain(rule(key), landscape) or "too little work" in explain(rule(key), landscape)


PROOF = """

from optimizers import compiled, explain

rule, loss = {rule}, {loss}
settings = dict(starts=[[-1.5, 0.3, 1.0], [0.5, 0.4, -0.2]], learning_rate=0.01, steps=50)
compiled.warm([rule], [loss])
with compiled.numpy_only():
    reference = run(rule, loss, **settings).positions
assert (run(rule, loss, **settings).positions == reference).all()
print(explain(rule, loss))
"""


@pytest.mark.parametrize(
    ("mark", "rule", "loss"),
    [("waves =", "GD()", "waves"), ("class LogSAM", "LogSAM(rho=1.0)", 'LANDSCAPES["banana"]')],
)
def test_what_readme_shows_of_own_losses_and_rules_is_compiled(tmp_path, mark, rule, loss):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)
    (block,) = (block for block in blocks if mark in block)
    (tmp_path / "mine.py").write_text(block + PROOF.format(rule=rule, loss=loss), encoding="utf-8")
    command, environment = [sys.executable, "mine.py"], os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("The compiled kernel runs ")
