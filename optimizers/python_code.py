"""An experiment as a Python script that gives the same numbers, bit for bit."""

from optimizers.experiment import Experiment, Formula
from optimizers.extensions import files_of
from optimizers.rules import Rule
from optimizers.starts import Points, Starts


def python_code(experiment: Experiment) -> str:
    """A script that runs the experiment by the public interface and says where the runs ended.

    Numbers are written with all their digits; `trajectories` holds one trajectory for each rule.
    """
    course = {name: value for name, value in experiment.course.items() if value != getattr(Experiment, name)}
    own = [rule for rule in experiment.optimizers if not files_of(None, [rule.key])]
    forms = sorted({type(part).__name__ for part in (*own, *course.values())})
    forms += ["OPTIMIZERS"] if len(own) < len(experiment.optimizers) else []
    more = "".join(f", {name}={value!r}" for name, value in course.items())
    kind = type(experiment.starts).__name__
    imports = "from optimizers.extensions.load import load\n" if experiment.files else ""
    imports += "" if kind == "Points" else f"from optimizers.starts import {kind}\n"
    loads = "".join(f"load({file!r})  # beside this script\n" for file in experiment.files)
    rules = "".join(f"    {_rule(rule)},\n" for rule in experiment.optimizers)
    return f"""\
from landscapes import {"Landscape" if isinstance(experiment.landscape, Formula) else "LANDSCAPES"}
from optimizers import {", ".join([*forms, "run"])}
from optimizers.outcomes import OUTCOMES, outcome, shares
{imports}
{loads}landscape = {_landscape(experiment.landscape)}
starts = {_starts(experiment.starts)}
rules = [
{rules}]

trajectories = [
    run(rule, landscape, starts, learning_rate={experiment.learning_rate!r}, steps={experiment.steps!r}{more})
    for rule in rules
]
for trajectory in trajectories:
    ends = shares(outcome(landscape, trajectory.final), OUTCOMES)
    print(trajectory.rule, {{name: share for name, share in ends.items() if share}})
"""


def _rule(rule: Rule) -> str:
    if not files_of(None, [rule.key]):
        return repr(rule)
    return f"OPTIMIZERS[{rule.key!r}]{repr(rule).removeprefix(type(rule).__qualname__)}"


def _landscape(landscape: str | Formula) -> str:
    if isinstance(landscape, Formula):
        return f"Landscape.from_formula({landscape.formula!r}, {landscape.domain!r})"
    return f"LANDSCAPES[{landscape!r}]"


def _starts(starts: Starts) -> str:
    if isinstance(starts, Points):
        return f"[{list(starts.x)!r}, {list(starts.y)!r}]  # θ₁ and θ₂"
    return f"{starts!r}.positions()"
