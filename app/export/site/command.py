"""`python -m app export DIR`: writes the static site."""

import sys
from collections.abc import Sequence
from pathlib import Path

from app.model.lesson_state import check
from lessons import LESSONS, Lesson, LessonError, read
from optimizers.cli import terminal
from optimizers.cli.flags import Parser, extensions
from optimizers.extensions.load import ExtensionError, load_all
from optimizers.refusal import quoted, refusal

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
    parser.add_argument(
        "--lesson",
        action="append",
        default=[],
        metavar="NAME",
        help=f"instead of the site, one lesson as one live file: {', '.join(LESSONS)}, or a lesson's JSON file; may be "
        "given several times",
    )
    extensions(parser)
    asked = parser.parse_args(arguments)
    try:
        load_all(asked.extensions)
        from app.export.site.write import write_lessons, write_site

        def said(name: str) -> None:
            print(asked.folder / name, file=sys.stderr)

        if asked.lesson:
            write_lessons(asked.folder, [_lesson(name) for name in asked.lesson], said)
            return 0
        number = write_site(asked.folder, asked.formula, said)
    except (ExtensionError, ValueError) as error:
        parser.error(str(error))
    except OSError as error:
        print(f"cannot write into {asked.folder}: {error.strerror}; name another folder", file=sys.stderr)
        return 1
    print(f"{number} files: open {asked.folder / 'index.html'}")
    return 0


def _lesson(name: str) -> Lesson:
    """The lesson of this name, or of a file.

    Raises:
        LessonError: where there is none.
    """
    if name in LESSONS:
        return LESSONS[name]
    path = Path(name)
    try:
        lesson = read(path.read_text("utf-8"), path.stem, path.name)
    except (OSError, UnicodeDecodeError):
        expected = f"one of {', '.join(LESSONS)}, or a file that can be read"
        raise LessonError(refusal("the lesson", expected, quoted(name))) from None
    check(lesson, {scene.view for scene in lesson.scenes}, path.name)  # of any tab, for it opens none
    return lesson
