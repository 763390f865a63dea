"""`python -m app export DIR`: writes the static site."""

import sys
from collections.abc import Sequence
from pathlib import Path

from optimizers.cli import terminal
from optimizers.cli.flags import Parser, extensions
from optimizers.extensions.load import ExtensionError, load_all

ABOUT = (
    "Writes a folder of pages that compute in the browser: Explore over the catalogue, maps of destinations, the "
    "paper's figures and the lessons. Any web host serves it, or it is opened as files; index.html comes first."
)


def main(arguments: Sequence[str]) -> int:
    """Writes the site; returns the exit code: 0, 1 if a file could not be written, 2 for what was asked wrongly."""
    return terminal.run(lambda: _main(arguments), lambda sentence: print(sentence, file=sys.stderr))


def _main(arguments: Sequence[str]) -> int:
    parser = Parser(prog="python -m app export", description=ABOUT, allow_abbrev=False)
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder to write into; it is made if need be")
    parser.add_argument(
        "--formula",
        action="append",
        default=[],
        metavar="TEXT",
        help='a loss of your own beside the catalogue, such as "(1 - theta1*theta2)^2"; may be given several times',
    )
    extensions(parser)
    asked = parser.parse_args(arguments)
    try:
        load_all(asked.extensions)
        from app.export.site.write import write_site

        number = write_site(asked.folder, asked.formula, lambda name: print(asked.folder / name, file=sys.stderr))
    except (ExtensionError, ValueError) as error:
        parser.error(str(error))
    except OSError as error:
        print(f"cannot write into {asked.folder}: {error.strerror}; name another folder", file=sys.stderr)
        return 1
    print(f"{number} files: open {asked.folder / 'index.html'}")
    return 0
