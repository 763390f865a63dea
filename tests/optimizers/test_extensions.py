"""Rules and landscapes of files from outside: in every catalogue and export, and each mistake in one sentence."""

import json
import sys
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SAM, Experiment, ExperimentError, extensions
from optimizers.extensions import Extension
from optimizers.extensions.load import MODULES, ExtensionError, load
from optimizers.python_code import python_code
from optimizers.starts import Points

RULE = """
from dataclasses import dataclass
from optimizers import Rule
from optimizers.hyperparameters import hyperparameter

@dataclass(frozen=True)
class Lean(Rule):
    rho: float
    pull: float = hyperparameter(0.5, high=1.0, symbol="p", label="Pull p", about="How far it leans.")
    key, name, equation = "lean", "Lean", "g + p"

    @staticmethod
    def direction(loss, x, y, rho, pull):
        dx, dy = loss.gradient(x - rho, y)
        return dx + pull, dy
"""
LOSS = """
from landscapes import Landscape
from landscapes.elementary import sin

steep_waves = Landscape(lambda x, y: sin(3 * x) + x**2 + y**2)
"""


@pytest.fixture
def write(tmp_path: Path):
    """Writes a file of this text; what it adds is taken away after the test."""
    kept = [(catalogue, dict(catalogue)) for catalogue in (OPTIMIZERS, LANDSCAPES, extensions.LOADED)]

    def written(text: str, name: str = "mine.py") -> Path:
        path = tmp_path / name
        path.write_text(dedent(text), encoding="utf-8")
        return path

    yield written
    for catalogue, before in kept:
        catalogue.clear()
        catalogue.update(before)
    for module in [name for name in sys.modules if name.startswith(MODULES)]:
        del sys.modules[module]


@pytest.fixture
def added(write) -> Extension:
    return load(write(RULE + LOSS))


def test_a_file_adds_its_rules_and_landscapes(added: Extension) -> None:
    assert OPTIMIZERS["lean"] is added.rules["lean"]
    assert LANDSCAPES["steep-waves"] is added.landscapes["steep-waves"]
    assert (added.landscapes["steep-waves"].name, added.landscapes["steep-waves"].about) == (
        "Steep waves",
        "Defined in mine.py.",
    )


def experiment() -> Experiment:
    rules = (SAM(rho=0.5), OPTIMIZERS["lean"](rho=0.1, pull=0.25))
    return Experiment("steep-waves", rules, Points((1.0,), (0.5,)), learning_rate=0.01, steps=20)


def test_an_experiment_names_the_file_and_is_refused_without_it(added: Extension) -> None:
    text = experiment().to_json()
    assert json.loads(text)["with"] == ["mine.py"]
    assert Experiment.from_json(text) == experiment()
    del extensions.LOADED["mine.py"]
    with pytest.raises(ExperimentError, match=r"it needs mine\.py, which was not given; .* --with mine\.py$"):
        Experiment.from_json(text)


def test_an_experiment_of_the_catalogue_names_no_file() -> None:
    assert "with" not in Experiment("banana", (SAM(rho=0.5),), Points((1.0,), (0.5,)), 0.01, 20).to_dict()


@pytest.mark.parametrize("files", ["mine.py", [1], {"mine.py": 1}])
def test_the_names_of_files_are_a_list(files: object) -> None:
    data = Experiment("banana", (SAM(rho=0.5),), Points((1.0,), (0.5,)), 0.01, 20).to_dict()
    with pytest.raises(ExperimentError, match="with must be a list of the names of files"):
        Experiment.from_dict(data | {"with": files})


def test_an_experiment_never_loads_the_file_that_it_names(write, tmp_path: Path, monkeypatch) -> None:
    write(f"open({str(tmp_path / 'executed')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    data = Experiment("banana", (SAM(rho=0.5),), Points((1.0,), (0.5,)), 0.01, 20).to_dict()
    for name in ("mine.py", str(tmp_path / "mine.py")):
        with pytest.raises(ExperimentError):
            Experiment.from_dict(data | {"with": [name]})
    assert not (tmp_path / "executed").exists()


def test_the_script_beside_the_file_gives_the_same_bits(added: Extension, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    script, wanted = python_code(experiment()), experiment().run()
    extensions.LOADED.clear()
    del OPTIMIZERS["lean"], LANDSCAPES["steep-waves"]
    namespace: dict = {}
    exec(script, namespace)
    for found, expected in zip(namespace["trajectories"], wanted, strict=True):
        assert (found.positions == expected.positions).all()


NAMES = 'key, name, equation = "lean", "Lean",'
MISTAKES = (  # in a text, what is replaced by what; the line and the words of the sentence
    (RULE, "rho: float", "rho: float = (", 8, "'(' was never closed"),
    (LOSS, "from landscapes import", "from nowhere_at_all import", 2, "ModuleNotFoundError: No module named"),
    (LOSS, "sin(3 * x)", "tan(x)", 5, "raised NameError: name 'tan' is not defined"),
    (LOSS, "steep_waves = ", "raise SystemExit(3) #", 5, "SystemExit: 3"),
    (LOSS, "steep_waves", "_waves", None, "it defines neither a rule (a subclass of Rule) nor a landscape"),
    (RULE, NAMES, 'name, equation = "Lean",', 7, "the rule Lean must have a key of small letters"),
    (RULE, '"lean"', '"Lean it"', 7, "digits and hyphens, not 'Lean it'"),
    (RULE, NAMES, 'key, equation = "lean",', 7, "the rule Lean must have a name to show"),
    (RULE, '"lean"', '"sam"', 7, "the key 'sam' of the rule Lean exists already; choose another"),
    (RULE + RULE[1:], "class Lean", "class Other", 21, "the key 'lean' of the rule Lean exists already"),
    (LOSS, "steep_waves", "banana", 5, "the key 'banana' of the landscape 'banana' exists already"),
    (RULE, "(0.5, high", "(high", 7, "the rule Lean must give its hyperparameter pull a default, such as 0.5"),
    (RULE, "(0.5, high", "(5, high", 7, "the default of pull of the rule Lean must be a number from 0 to 1, not 5"),
    (RULE, "@dataclass(frozen=True)\n", "", 6, "Lean declares rho, but is no dataclass"),
    (RULE, "def direction", "def way", 7, "Lean has no direction and no ascent"),
    (RULE, "x, y, rho, pull", "x, y, rho", 7, "the direction of Lean must be a static method that takes"),
    (RULE, "dx + pull", "dx + strength", 15, "the direction of the rule Lean raised NameError"),
    (RULE, "dx + pull, dy", "dx + pull, dy, 1", 7, "the direction of Lean must be 2 arrays, dx, dy"),
    (LOSS, "y**2)", "y**2, domain=((1, 0), (0, 1)))", 5, "the domain must be ((left, right), (bottom, top))"),
    (LOSS, "y**2)", "y**2, start=(1, 2, 3))", 5, "the start must be (x, y), two finite numbers"),
    (LOSS, "y**2)", "y**2, learning_rate=0)", 5, "the learning rate of the landscape"),
    (LOSS, "y**2)", "y**2, known_stationary=((0, 0),))", 5, "known_stationary of the landscape"),
    (LOSS, "sin(3 * x)", "(x * y).sum()", 5, "act on each point alone"),
)


@pytest.mark.parametrize(("text", "old", "new", "line", "words"), MISTAKES)
def test_a_mistake_is_one_sentence_with_the_line(text: str, old: str, new: str, line: int, words: str, write) -> None:
    catalogues = dict(OPTIMIZERS), dict(LANDSCAPES)
    mistaken = text.replace(old, new, 1)
    assert mistaken != text
    with pytest.raises(ExtensionError) as raised:
        load(write(mistaken))
    assert str(raised.value).startswith(f"mine.py, line {line}: " if line else "mine.py: ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert (dict(OPTIMIZERS), dict(LANDSCAPES)) == catalogues
    assert extensions.LOADED == {}


def test_what_is_no_text_of_python(write, tmp_path: Path) -> None:
    with pytest.raises(ExtensionError, match=r"^none\.py cannot be read: No such file or directory$"):
        load(tmp_path / "none.py")
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ExtensionError, match=r"^bytes\.py is not a text file of Python$"):
        load(tmp_path / "bytes.py")
    load(write(RULE))
    with pytest.raises(ExtensionError, match=r"^mine\.py was given twice"):
        load(tmp_path / "mine.py")


def test_losses_on_a_grid_are_a_landscape_named_after_their_file(write, tmp_path: Path) -> None:
    x = np.linspace(-1.0, 1.0, 5)
    np.savez(tmp_path / "Net slice.npz", x=x, y=x, loss=np.add.outer(x**2, x**2))
    added = load(tmp_path / "Net slice.npz").landscapes["net-slice"]
    assert LANDSCAPES["net-slice"] is added
    assert added.name == "Net slice"
    assert added.about == "The spline through the 5 × 5 losses of Net slice.npz; outside of them it is undefined."
    write("x,y\n1,2\n", "bad.csv")
    with pytest.raises(ExtensionError, match=r"^bad\.csv: its first line lacks the column loss"):
        load(tmp_path / "bad.csv")
