"""`python -m tests [ARGUMENTS]`: all tests, two parts of them at a time, or what the arguments say.

The tests of the app's page are one part, and take about as long as all others: two processes keep two cores busy.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.paths import TESTS

PYTEST = (sys.executable, "-m", "pytest")
TOGETHER = 2
NO_TESTS = 5  # pytest's exit code where it found none, as in the page's part without a browser
BROWSER = TESTS / "browser"
# In the browser too, but with servers of their own or none: what is left when the page's tests have ended.
WITHOUT_THE_APP = tuple(BROWSER / f"test_{name}.py" for name in ("connection", "javascript", "same_bits", "soak"))


def parts() -> list[list[str]]:
    """Arguments of pytest: for the tests of the app's page, and folder by folder for all others, the largest first."""
    page = [str(BROWSER), *(f"--ignore={file}" for file in WITHOUT_THE_APP)]
    sizes = {
        folder: sum(file.stat().st_size for file in folder.rglob("test_*.py"))
        for folder in TESTS.iterdir()
        if folder.is_dir() and folder != BROWSER
    }
    folders = sorted(filter(sizes.get, sizes), key=lambda folder: -sizes[folder])
    return [page, *([str(folder)] for folder in folders), list(map(str, WITHOUT_THE_APP))]


def run(part: Sequence[str]) -> int:
    """Runs a part and prints what pytest said; its exit code, 0 too where a part has no tests here."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        code = subprocess.run([*PYTEST, *part], stdout=log, stderr=subprocess.STDOUT).returncode
        log.seek(0)
        print(log.read(), flush=True)
    return 0 if code == NO_TESTS else code


def main(arguments: Sequence[str]) -> int:
    if arguments:
        return subprocess.run([*PYTEST, *arguments]).returncode
    with ThreadPoolExecutor(TOGETHER) as together:
        codes = [together.submit(run, part) for part in parts()]
        try:
            return int(any([code.result() for code in codes]))
        except BaseException:
            together.shutdown(wait=False, cancel_futures=True)  # pytest itself was interrupted too
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
