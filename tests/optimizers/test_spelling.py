"""A rule or a base is spelled and read back bit for bit, in any order and with any of its hyperparameters left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizers import ASAM, BASES, OPTIMIZERS
from optimizers.hyperparameters import default, described
from optimizers.spelling import SpellingError, made, read, spelled
from tests.rules import made_of

FORMS = {**OPTIMIZERS, **{f"base {key}": form for key, form in BASES.items()}}


@given(st.sampled_from(list(FORMS.values())).flatmap(made_of))
def test_what_is_spelled_is_read_with_every_bit(part) -> None:
    form, values = read(spelled(part), {part.key: type(part)})
    assert form is type(part)
    assert {name: float(value).hex() for name, value in values.items()} == {
        name: float(value).hex() for name, value in part.hyperparameters.items()
    }


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_is_not_spelled_has_its_default(form) -> None:
    assert made(*read(form.key, {form.key: form})).hyperparameters == {
        name: default(form, name) for name in described(form)
    }


def test_the_paper_s_radius_is_the_default_where_a_rule_has_none() -> None:
    assert made(*read("asam:eta=0.5", OPTIMIZERS)) == ASAM(rho=1.0, eta=0.5)


@pytest.mark.parametrize("text", ["", "SAM", "sam:", "sam:rho", "sam:rho=", "sam:rho=nan", "sam:rho=-1", "sam rho=1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SpellingError):
        read(text, OPTIMIZERS)
