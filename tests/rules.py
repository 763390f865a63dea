"""Rules and base optimizers with any hyperparameters that their limits allow, for hypothesis."""

from hypothesis import strategies as st

from optimizers import OPTIMIZERS
from optimizers.hyperparameters import Hyperparameter, described


def number(limit: Hyperparameter) -> st.SearchStrategy:
    return st.integers(int(limit.low), int(limit.high)) if limit.whole else st.floats(limit.low, limit.high)


def made_of(form: type) -> st.SearchStrategy:
    return st.builds(form, **{name: number(limit) for name, limit in described(form).items()})


addable = [form for form in OPTIMIZERS.values() if described(form)]
any_rule = st.sampled_from(addable).flatmap(made_of)
