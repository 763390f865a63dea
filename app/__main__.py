"""`python -m app --port P [--no-browser]`: serves the laboratory on this machine."""

import argparse
import errno
import socket
import sys
from collections.abc import Sequence

from optimizers.command_line import Parser


def port(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"the port must be a whole number from 1 to 65535, not {text!r}; try 5006")
    return number


def refusal(number: int) -> str | None:
    """Why the port cannot be had, in one sentence; None where it can."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {number} is taken by another program; choose another with --port."
            return f"Port {number} cannot be opened ({error.strerror}); choose another with --port."
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = Parser(prog="python -m app", description="An interactive laboratory for loss landscapes and SAM.")
    parser.add_argument("--port", type=port, default=5006, help="port to serve on (default: 5006)")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    options = parser.parse_args(arguments)
    if reason := refusal(options.port):
        print(reason, file=sys.stderr)
        return 2
    from app.page.interrupt import end
    from app.page.page import serve

    serve(options.port, show=not options.no_browser)
    end(0)


if __name__ == "__main__":
    sys.exit(main())
