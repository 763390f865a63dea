"""What tests of the engine share."""

import pytest

from optimizers.compiled import Pair, disk


@pytest.fixture
def compiler() -> None:
    """For tests of what is compiled in the background; elsewhere only what a test waits for is compiled."""


@pytest.fixture(autouse=True)
def load_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the background kernels are loaded from disk, not compiled: nobody waits for them, and all others wait."""
    if "compiler" in request.fixturenames:
        return
    prepare = Pair.prepare

    def load(pair: Pair) -> None:
        if not pair._asked and (name := pair.write()) is not None and disk.compiled(name):
            prepare(pair)
        pair._asked = True

    monkeypatch.setattr(Pair, "prepare", load)
