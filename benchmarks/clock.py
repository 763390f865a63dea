"""A clock in the page: when the hand moved, when the frame that answers it arrived, and when that was on the screen."""

from typing import NamedTuple

from playwright.sync_api import Page

# A paint ends with `restore` on a canvas; a task put off from there runs once the browser has shown that paint.
# The event's own time stamp is taken, which is before the page's handlers run.
CLOCK = """() => {
    if (window.clock) return
    const clock = window.clock = {frames: [], moved: 0, painted: 0, paints: 0, hooked: new WeakSet()}
    const {restore} = CanvasRenderingContext2D.prototype
    let awaited = false
    CanvasRenderingContext2D.prototype.restore = function () {
        if (!awaited) {
            awaited = true
            setTimeout(() => { awaited = false; clock.painted = performance.now(); clock.paints += 1 })
        }
        return restore.call(this)
    }
    for (const kind of ["pointermove", "mousemove", "keydown"])
        addEventListener(kind, (event) => { if (event.isTrusted) clock.moved = event.timeStamp }, true)
    const entries = (object) => object instanceof Map ? [...object] : Object.entries(object)
    clock.hook = () => {
        for (const document of Bokeh.documents) for (const model of document.all_models) {
            if (!("frame" in model.properties && "taken" in model.properties) || clock.hooked.has(model)) continue
            clock.hooked.add(model)
            model.connect(model.properties.frame.change, () => {
                const {number, images} = Object.fromEntries(entries(model.frame))
                const pixels = Math.max(0, ...images.map(([, , image]) => image.length))
                const frame = {channel: model.id, number, pixels, moved: clock.moved, arrived: performance.now(),
                               painted: null, shown: null}
                clock.frames.push(frame)
                requestAnimationFrame(() => setTimeout(() => { frame.shown = performance.now() }))
            })
        }
    }
    // Resolves when a frame that `wanted` holds of has arrived and nothing has been painted for three more frames.
    clock.next = (wanted, within) => new Promise((resolve) => {
        const began = performance.now()
        let quiet = 0, paints = -1
        const look = () => {
            const frame = clock.frames.find(wanted)
            if (frame) {
                quiet = clock.paints == paints ? quiet + 1 : 0
                paints = clock.paints
                if (quiet >= 4) {
                    frame.painted = clock.painted > frame.arrived ? clock.painted : null
                    resolve(frame)
                    return
                }
            } else if (performance.now() - began > within) {
                resolve(null)
                return
            }
            requestAnimationFrame(look)
        }
        look()
    })
    clock.take = () => { const {frames} = clock; clock.frames = []; return frames }
    clock.pending = () => {
        let pending = 0
        for (const document of Bokeh.documents) for (const model of document.all_models)
            if ("frame" in model.properties && "taken" in model.properties && model.frame)
                pending += Object.fromEntries(entries(model.frame)).number != model.taken
        return pending
    }
    // The harness's own floor: each move changes one glyph, or nothing at all, and no session is asked.
    clock.floor = (name) => {
        let source = null
        for (const document of Bokeh.documents) for (const model of document.all_models)
            if (name != null && model.name == name && model.data) source = model
        clock.alone = (event) => {
            if (!event.isTrusted) return
            clock.frames.push({channel: "", number: 0, pixels: 0, moved: event.timeStamp, arrived: performance.now(),
                               painted: null, shown: null})
            if (source) source.data = {x: [Math.random()], y: [Math.random()]}
            else requestAnimationFrame(() => setTimeout(() => { clock.painted = performance.now(); clock.paints += 1 }))
        }
        addEventListener("mousemove", clock.alone)
    }
    clock.no_floor = () => removeEventListener("mousemove", clock.alone)
}"""


class Painted(NamedTuple):
    """A frame as the page saw it, milliseconds of the page's clock; None for what did not happen.

    Attributes:
        channel, number: which gate sent it, and its number there.
        pixels: of the largest image in it.
        moved: the hand's last event before it arrived.
        arrived: its columns are in the page's data sources.
        painted: every view that it changes has been shown.
        shown: the first paint after it arrived; frames that arrive between two paints have the same.
    """

    channel: str
    number: int
    pixels: int
    moved: float
    arrived: float
    painted: float | None
    shown: float | None


class Clock:
    """The clock of one page; it lasts as long as the page's document."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.install()

    def install(self) -> None:
        """Puts the clock into the page, and watches the gates of all views that are open by now."""
        self._page.evaluate(CLOCK)
        self._page.evaluate("clock.hook()")

    def take(self) -> list[Painted]:
        """The frames since the last time."""
        return [Painted(**frame) for frame in self._page.evaluate("clock.take()")]

    def next(self, least_pixels: int = 0, within: float = 5.0) -> Painted | None:
        """The next frame, with an image of so many pixels if that is asked for, once it is painted."""
        frame = self._page.evaluate(
            "([least, within]) => clock.next((frame) => frame.pixels >= least, within)", [least_pixels, 1e3 * within]
        )
        return frame and Painted(**frame)

    @property
    def now(self) -> float:
        return self._page.evaluate("performance.now()")

    @property
    def moved(self) -> float:
        """When the hand last moved."""
        return self._page.evaluate("clock.moved")

    def pending(self) -> int:
        """How many gates have a frame in the page that is not acknowledged."""
        return self._page.evaluate("clock.pending()")

    def floor(self, source: str | None) -> None:
        """From now on a move changes the points of one source, or nothing, and that counts as a frame."""
        self._page.evaluate("(name) => clock.floor(name)", source)

    def no_floor(self) -> None:
        self._page.evaluate("clock.no_floor()")
