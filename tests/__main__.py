"""`python -m tests [ARGUMENTS]`: all tests, those of the app's page beside the others, or what the arguments say.

The two halves keep one core each busy; one after the other they would take almost twice as long.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence

from tests.paths import TESTS

PYTEST = (sys.executable, "-m", "pytest")
NO_TESTS = 5  # pytest's exit code where it found none, as in the page's half without a browser
BROWSER = TESTS / "browser"
# In the browser too, but with servers of their own or none: they make the two halves equally long.
WITHOUT_THE_APP = tuple(BROWSER / f"test_{name}.py" for name in ("connection", "javascript", "same_bits", "soak"))


def halves() -> tuple[list[str], list[str]]:
    """Arguments of pytest for the tests of the app's page and for all others."""
    page = [str(BROWSER), *(f"--ignore={file}" for file in WITHOUT_THE_APP)]
    folders = (folder for folder in TESTS.iterdir() if folder.is_dir() and folder != BROWSER)
    return page, [str(path) for path in (*sorted(folders), *WITHOUT_THE_APP)]


def main(arguments: Sequence[str]) -> int:
    if arguments:
        return subprocess.run([*PYTEST, *arguments]).returncode
    page, others = halves()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        in_page = subprocess.Popen([*PYTEST, *page], stdout=log, stderr=subprocess.STDOUT)
        try:
            other = subprocess.run([*PYTEST, *others]).returncode
            of_page = in_page.wait()
        except BaseException:
            in_page.terminate()
            in_page.wait()
            raise
        log.seek(0)
        print("\nThe tests of the app's page:", log.read(), sep="\n", flush=True)
    return other or (0 if of_page == NO_TESTS else of_page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
