"""`python -m docs.api [DIR]`: the API reference as static HTML, built from the docstrings, to be read offline."""

import importlib
import pkgutil
import sys
from pathlib import Path

import pdoc
from pdoc import render

PACKAGES = ("landscapes", "optimizers", "figures")
OUT = Path("out/docs")


def modules() -> list[str]:
    """The packages for use from Python and all their modules, but for the programs."""
    names = []
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        names += [package, *(info.name for info in pkgutil.walk_packages(path, f"{package}."))]
    return [name for name in names if not name.endswith("__main__")]


def walked(name: str) -> bool:
    """Whether pdoc comes to a module by itself: it walks the packages that have no `__all__`."""
    package = name.rpartition(".")[0]
    return bool(package) and not hasattr(importlib.import_module(package), "__all__")


def build(folder: Path) -> None:
    """Writes the reference into a folder, which is made if it is not there."""
    render.configure(docformat="google", footer_text="SAMscape")
    pdoc.pdoc(*(name for name in modules() if not walked(name)), output_directory=folder)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    build(target)
    print(f"The API reference is in {target / 'index.html'}.")
