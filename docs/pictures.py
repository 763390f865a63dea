"""`python -m docs.pictures`: retakes the README's pictures: screenshots of the app, and playback."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from figures import animate
from tools.browser import BEEN_HERE, SIZE, Server, chromium, visit

HERE = Path(__file__).parent
REST = 6000  # ms until fine maps have been drawn

PICTURES = (
    "explore",
    "anatomy",
    "sinc",
    "lesson",
    "destinations",
    "phase",
    "stability",
    "coordinates",
    "surface",
    "drawer",
    "ten",
    "two",
)
PLAYBACK = "playback"
FILM = ["--optimizer", "gd", "sam", "m-sam", "--start", "-1.5", "0.5", "--rho", "1", "--every", "2", "--size", "640"]
QUERIES = {
    "sinc": "?v=1&loss=sinc",
    "lesson": "?v=1&lesson=saddle&scene=2",
    "surface": "?v=1&surface=1",
    "ten": "?v=1&opt=gd,sam,m-sam,fisher-sam,asam,sam:rho=0.3,gsam,usam,looksam,n-step-sam",
    "two": "?v=1&opt=gd,sam,sam:rho=0.3&base=heavy-ball:momentum=0.5",
}
TABS = {
    "destinations": "Destinations",
    "phase": "Phase diagram",
    "stability": "Stability",
    "coordinates": "Coordinates",
}


def take(page: Page, url: str, name: str) -> None:
    visit(page, f"{url}/{QUERIES.get(name, '')}", "paths")
    if name in TABS:
        page.get_by_role("tab", name=TABS[name]).click()
    if name == "anatomy":
        page.get_by_role("button", name="Anatomy").click()
        page.get_by_role("slider", name="Step", exact=True).press("Home")
    if name == "sinc":
        page.get_by_role("button", name="theme").click()
    if name == "lesson":
        page.get_by_role("button", name="Reveal").click()
    if name == "drawer":
        page.get_by_role("button", name="More rules…").click()
    if name == "two":
        page.get_by_role("button", name="Base, schedules, noise").click()
    if name == "surface":
        page.locator(".surface canvas").first.wait_for()
    page.wait_for_timeout(REST)
    page.screenshot(path=HERE / f"{name}.png")


def main() -> int:
    wanted = sys.argv[1:] or [*PICTURES, PLAYBACK]
    if PLAYBACK in wanted:
        animate.main([*FILM, "--out", str(HERE / f"{PLAYBACK}.gif")])
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        server = Server(Path(folder, "log"))
        try:
            server.wait()
            for name in (one for one in wanted if one != PLAYBACK):
                page = browser.new_page(viewport=SIZE)
                page.add_init_script(BEEN_HERE)
                take(page, server.url, name)
                page.close()
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
