"""One step: the direction of a rule, noise if there is any, and what a base optimizer makes of them."""

from collections.abc import Callable
from dataclasses import fields
from typing import NamedTuple

from optimizers.bases import PLAIN, Base
from optimizers.noise import Noise
from optimizers.rules import Rule

RATE, RADIUS = "rate_factor", "radius_factor"


class Step(NamedTuple):
    """What decides the text of a step besides the landscape; equal ones are the same step.

    The arguments of a step are x, y, the state of the rule, of the noise and of the base, the hyperparameters of the
    rule, those of the noise, the learning rate and those of the base. It returns x, y and the state.

    Attributes:
        direction, update: of the rule and of the base.
        rule_state, base_state: number of components of their states.
        values, base_values: number of their hyperparameters.
        radius: the place of ρ among the rule's, None where it has none.
        scheduled: whether two more arguments multiply the learning rate and ρ.
        noisy: whether noise is added to the direction.
    """

    direction: Callable
    update: Callable
    rule_state: int
    base_state: int
    values: int
    base_values: int
    radius: int | None
    scheduled: bool = False
    noisy: bool = False

    @property
    def state(self) -> int:
        """Number of components of the state."""
        return self.rule_state + self.noisy * len(Noise.state) + self.base_state

    @property
    def hyperparameters(self) -> int:
        """Number of hyperparameters, the learning rate included."""
        return self.values + self.noisy * len(fields(Noise)) + 1 + self.base_values

    @property
    def functions(self) -> tuple[Callable, ...]:
        """What the step is made of: the direction, the update and, where it is noisy, the noise."""
        return (self.direction, self.update, Noise.add) if self.noisy else (self.direction, self.update)

    def text(self, direction: str, update: str, noise: str = "", name: str = "step") -> str:
        """The definition of the step under a name, in terms of the names of its functions."""
        rule_state, base_state = _names("s", self.rule_state), _names("b", self.base_state)
        values, base_values = _names("h", self.values), _names("c", self.base_values)
        factors = [RATE, RADIUS] if self.scheduled else []
        taken = [f"{name} * {RADIUS}" if self.scheduled and n == self.radius else name for n, name in enumerate(values)]
        rate = f"rate * {RATE}" if self.scheduled else "rate"
        noise_state = _names("n", len(Noise.state)) if self.noisy else []
        noise_values = _names("e", len(fields(Noise))) if self.noisy else []
        noisy = ", ".join(["dx", "dy", *noise_state])
        added = f"    {noisy} = {noise}(x, y, {noisy}, {', '.join(noise_values)})\n" if self.noisy else ""
        after = ["x", "y", *rule_state, *noise_state, *base_state]
        return (
            f"@jit\ndef {name}({', '.join([*after, *values, *noise_values, 'rate', *base_values, *factors])}):\n"
            f"    {', '.join(['dx', 'dy', *rule_state])} = {direction}({', '.join(['x', 'y', *rule_state, *taken])})\n"
            f"{added}"
            f"    {', '.join(['x', 'y', *base_state])} = "
            f"{update}({', '.join(['x', 'y', 'dx', 'dy', *base_state, rate, *base_values])})\n"
            f"    return {', '.join(after)}\n"
        )


def step_of(
    rule: Rule | type[Rule], base: Base | type[Base] = PLAIN, *, scheduled: bool = False, noisy: bool = False
) -> Step:
    """The step of a rule under a base optimizer."""
    names = [item.name for item in fields(rule)]
    return Step(
        rule.direction,
        base.update,
        len(rule.state),
        len(base.state),
        len(names),
        len(fields(base)),
        names.index("rho") if "rho" in names else None,
        scheduled,
        noisy,
    )


def _names(letter: str, count: int) -> list[str]:
    return [f"{letter}{index}" for index in range(count)]
