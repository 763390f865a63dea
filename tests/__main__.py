"""`python -m tests [ARGUMENTS]`: all tests, those in the browser beside the others, or what the arguments say.

The two halves keep one core each busy; one after the other they would take almost twice as long.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence

PYTEST = (sys.executable, "-m", "pytest")
NO_TESTS = 5  # pytest's exit code where it found none, as in the browser's half without a browser


def main(arguments: Sequence[str]) -> int:
    if arguments:
        return subprocess.run([*PYTEST, *arguments]).returncode
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        browser = subprocess.Popen([*PYTEST, "tests/browser"], stdout=log, stderr=subprocess.STDOUT)
        try:
            others = subprocess.run([*PYTEST, "--ignore=tests/browser"]).returncode
            in_browser = browser.wait()
        except BaseException:
            browser.terminate()
            browser.wait()
            raise
        log.seek(0)
        print("\nThe tests in the browser:", log.read(), sep="\n", flush=True)
    return others or (0 if in_browser == NO_TESTS else in_browser)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
