"""`python -m docs.api [DIR]`: the API reference as static HTML, built from the docstrings, to be read offline."""

import importlib
import pkgutil
import sys
import warnings
from pathlib import Path

import pdoc
from pdoc import render

PACKAGES = ("landscapes", "optimizers", "figures", "lessons")
OUT = Path("out/docs")


def modules() -> list[str]:
    """The packages for use from Python and all their modules, but for the programs."""
    names = []
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        names += [package, *(info.name for info in pkgutil.walk_packages(path, f"{package}."))]
    return [name for name in names if not name.endswith("__main__")]


def build(folder: Path) -> None:
    """Writes the reference into a folder, which is made if it is not there."""
    render.configure(docformat="google", footer_text="SAMscape")
    with warnings.catch_warnings():
        # pdoc finds some submodules by itself, and documents them once all the same
        warnings.filterwarnings("ignore", "The module specification .* adds a module named", UserWarning)
        pdoc.pdoc(*modules(), output_directory=folder)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    build(target)
    print(f"The API reference is in {target / 'index.html'}.")
