"""The command `list`: landscapes, optimizers and what they take."""

from landscapes import LANDSCAPES
from optimizers.bases import BASES
from optimizers.hyperparameters import described
from optimizers.rules import OPTIMIZERS
from optimizers.schedules import SHAPES


def catalogue() -> str:
    """What there is to choose from, with the limits of hyperparameters."""
    lines = ["landscapes", *(_row(one.key, one.about) for one in LANDSCAPES.values())]
    for title, forms in (("optimizers", OPTIMIZERS), ("base optimizers", BASES)):
        lines.append(title)
        for key, form in forms.items():
            takes = ", ".join(f"{name} {limit.low:g} to {limit.high:g}" for name, limit in described(form).items())
            lines.append(_row(key, f"{form.name}{f' ({takes})' if takes else ''}"))
    return "\n".join([*lines, "schedules", f"  {', '.join(SHAPES)}"])


def _row(key: str, text: str) -> str:
    return f"  {key:<18}{text}"
