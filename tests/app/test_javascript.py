"""Scripts are read from files, and what they import is put before them."""

import re
from pathlib import Path

import pytest

from app.browser.javascript import body, module, script
from tests.paths import ROOT

MODULES = sorted((ROOT / "app").rglob("*.mjs"))


def written(folder: Path, **texts: str) -> Path:
    """The last of some modules."""
    for name, text in texts.items():
        path = folder / f"{name}.mjs"
        path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_can_be_read_without_its_imports(path: Path) -> None:
    assert not re.search(r"^import\b", module(path), re.MULTILINE)
    if "export default" in path.read_text("utf-8"):
        assert not re.search(r"^(import|export)\b", body(path, ()), re.MULTILINE)


def test_what_two_modules_import_stands_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        below="export const one = 1\n",
        left='import { one } from "./below.mjs"\nexport const left = one\n',
        right='import { one } from "./below.mjs"\nexport const right = one\n',
        top='import { left } from "./left.mjs"\nimport { right } from "./right.mjs"\nexport default left + right\n',
    )
    for text in (body(path, ()), module(path)):
        assert text.count("const one = 1") == 1


@pytest.mark.parametrize(
    "text",
    [
        'import * as all from "./x.mjs"\n',
        'import { one } from "elsewhere"\n',
        "export { one }\n",
        "export class One {}\n",
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text.strip())):
        body(written(tmp_path, wrong=text), ())


def test_a_module_for_a_component_has_no_import_that_is_not_understood(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        module(written(tmp_path, wrong='import { one } from "elsewhere"\nexport const two = one\n'))


def test_a_script_has_its_arguments_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, sum="export default ({ left, right }) => left + right\n")
    callback = script(path, left=1, right=2)
    assert callback.args == {"left": 1, "right": 2}
    assert callback.module is False
    assert callback.code.endswith(".main({left, right})")
