"""The command `list`: landscapes, optimizers and what they take."""

from landscapes import LANDSCAPES
from optimizers.bases import BASES
from optimizers.hyperparameters import described
from optimizers.rules import OPTIMIZERS
from optimizers.schedules import SHAPES


def print_catalogue() -> None:
    """Prints what there is to choose from, with the limits of hyperparameters."""
    print("landscapes")
    for landscape in LANDSCAPES.values():
        print(f"  {landscape.key:<18}{landscape.about}")
    for title, catalogue in (("optimizers", OPTIMIZERS), ("base optimizers", BASES)):
        print(title)
        for key, form in catalogue.items():
            takes = ", ".join(f"{name} {limit.low:g} to {limit.high:g}" for name, limit in described(form).items())
            print(f"  {key:<18}{form.name}{f' ({takes})' if takes else ''}")
    print(f"schedules\n  {', '.join(SHAPES)}")
