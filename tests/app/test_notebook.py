"""Who may show the page in a frame: a page that knows the secret, on a server that was started for a notebook."""

import pytest
from tornado.httputil import HTTPHeaders

from app.page.notebook import show
from app.page.server_guard import LOCAL_NAMES, Answer, Guard, Request
from app.page.server_headers import SecurityHeaders

SECRET = "a-secret"
FRAMED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}


def answer(query: str, site: str = "same-site", path: str = "/", frame: str = SECRET) -> Answer | None:
    guard = Guard(LOCAL_NAMES, 5006, token="", full=lambda: "", frame=frame)
    headers = HTTPHeaders({"Host": "localhost:5006", "Sec-Fetch-Site": site, **FRAMED})
    return guard.answer(Request("GET", path, query, headers))


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_a_frame_that_knows_the_secret_is_admitted_and_continues_without_it(site: str) -> None:
    first = answer(f"frame={SECRET}&rho=2", site)
    assert first == Answer(200, "Welcome.", "/?rho=2", at_once=True)
    assert answer("rho=2", "same-origin") is None


@pytest.mark.parametrize("query", ["", "frame=", "frame=guess", "rho=2"])
def test_any_other_frame_is_refused(query: str) -> None:
    assert answer(query).status == 403
    assert answer(f"frame={SECRET}", path="/ws").status == 403
    assert answer(f"frame={SECRET}", frame="").status == 403
    assert answer("frame=", frame="").status == 403


def test_only_a_server_for_a_notebook_allows_frames() -> None:
    for framed in (True, False):
        _, headers, _ = SecurityHeaders(None, framed=framed).transform_first_chunk(200, HTTPHeaders(), b"", True)
        assert ("X-Frame-Options" not in headers) == framed
        assert ("frame-ancestors" not in headers["Content-Security-Policy"]) == framed
        assert "base-uri 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("height", [299, 520.5, "720", True])
def test_a_bad_height_is_one_sentence(height: object) -> None:
    with pytest.raises(ValueError, match=r"^height must be a whole number of pixels from 300, not "):
        show(height)


def test_a_mistake_in_a_file_is_told(tmp_path) -> None:
    (tmp_path / "mine.py").write_text("x = (\n")
    with pytest.raises(RuntimeError, match=r"^the server did not start: mine\.py, line 1: '\(' was never closed$"):
        show(files=tmp_path / "mine.py")
