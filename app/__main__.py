"""`python -m app --port P [--no-browser]`: serves the laboratory, on this machine or with a token to a classroom."""

import argparse
import errno
import socket
import sys
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address

from optimizers.citation import version
from optimizers.cli.flags import Parser, extensions
from optimizers.extensions.load import ExtensionError, load_all
from optimizers.refusal import in_range, quoted, refusal


def port(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 1 <= number <= 65535:
        reason = refusal("the port", in_range(1, 65535, whole=True), quoted(text))
        raise argparse.ArgumentTypeError(f"{reason}; try 5006")
    return number


def address(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise argparse.ArgumentTypeError(
            f"the address must be one of this machine's in numbers, or 0.0.0.0 for all, not {text!r}; try 0.0.0.0"
        ) from None


def places(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"the number of sessions must be a whole number from 1, not {text!r}; try 40")
    return number


def unavailable(number: int, address: str = "127.0.0.1") -> str | None:
    """Why the port cannot be opened, in one sentence; None where it can."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {number} is already in use; choose another with --port."
            if error.errno == errno.EADDRNOTAVAIL:
                return (
                    f"{address} is not an address of this machine; choose another with --address, or 0.0.0.0 for all."
                )
            return f"Port {number} cannot be opened ({error.strerror}); choose another with --port."
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["export"]:
        from app.export.site.command import main as export

        return export(given[1:])
    parser = Parser(
        prog="python -m app",
        description="An interactive laboratory for loss landscapes and SAM.",
        epilog="python -m app export DIR writes a static site in its place, which needs no server; "
        "see python -m app export --help.",
    )
    parser.add_argument("--version", action="version", version=f"SAMscape {version()}")
    parser.add_argument("--port", type=port, default=5006, help="port to serve on (default: 5006)")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.add_argument(
        "--address",
        type=address,
        default="127.0.0.1",
        help="address of this machine to serve on, or 0.0.0.0 for all: admits whoever has the printed link "
        "(default: this machine only)",
    )
    parser.add_argument(
        "--max-sessions", type=places, default=40, help="pages that may be open at the same time (default: 40)"
    )
    extensions(parser)
    options = parser.parse_args(given)
    try:
        load_all(options.extensions)  # before the views, which offer what is in the catalogues
    except ExtensionError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    if reason := unavailable(options.port, options.address):
        print(reason, file=sys.stderr)
        return 2
    from app.page.interrupt import end
    from app.page.server import Options, serve

    serve(Options(options.port, options.address, options.max_sessions), show=not options.no_browser)
    end(0)


if __name__ == "__main__":
    sys.exit(main())
