"""Playback of runs as a film for slides: GIF, MP4, WebM, or a sequence of PNG files, 16:9.

The plane is drawn once; each frame adds the paths as far as its step, so a frame takes milliseconds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile

import numpy as np

from figures.run_picture import MAX_LINES, SLIDE, Drawing, RunPicture, slide
from figures.style import COLOURS, EDGE, START, published
from landscapes.checkpoint import checkpoint
from optimizers.refusal import in_range, quoted, refusal

if TYPE_CHECKING:
    from PIL.Image import Image

    pass

SIZES = {"640": (640, 360), "960": (960, 540), "1280": (1280, 720), "1920": (1920, 1080)}  # pixels, by width
FPS = (1, 50)  # a GIF counts hundredths of a second, and browsers slow down what is faster than two
USUAL_FRAMES = 200
MAX_FRAMES = 600
MAX_PIXELS = 400 * 1280 * 720  # of all frames together
MAX_ARCHIVED = 120 * 1280 * 720  # the same in an archive, which then has some 50 MB
MAX_VERTICES = 300_000_000  # of the paths in all frames together
WHITE = "#ffffff"
NEAR = 8  # levels of a colour's channel that Pillow may mistake when it looks up the nearest of a palette
REST = 2000  # ms that a GIF shows its last frame
CODECS = {"mp4": ("libx264", {"crf": "20"}), "webm": ("libvpx-vp9", {"crf": "32", "b:v": "0"})}
FILES = ("gif", *CODECS, "zip")
KINDS = (*FILES, "png")  # the last is a folder of PNG files, and zip an archive of them
NO_CODEC = (
    "MP4 and WebM need PyAV, which is not installed here: install it with “pip install av”; GIF and PNG work without it"
)

Progress = Callable[[int, int], None]  # (frames done, frames in all)


@dataclass(frozen=True)
class Film:
    """How playback becomes a file.

    Attributes:
        kind: one of KINDS.
        width: in pixels, a key of SIZES.
        fps: frames per second.
        every: steps between two frames; None for as many as make about USUAL_FRAMES frames.
    """

    kind: str = "gif"
    width: str = "960"
    fps: int = 20
    every: int | None = None

    def check(self, steps: int, lines: int) -> "Film":
        """The same film, with the steps between two frames as a number.

        Args:
            steps: of the runs.
            lines: paths in a frame.

        Raises:
            ValueError: with one sentence, for what cannot be made: values out of range, too much to draw, no codec.
        """
        if self.kind not in KINDS:
            raise ValueError(refusal("the format", f"one of {', '.join(KINDS)}", quoted(self.kind)))
        if self.width not in SIZES:
            raise ValueError(refusal("the size", f"one of {', '.join(SIZES)} pixels across", quoted(self.width)))
        for name, value, (low, high) in (
            ("the number of frames per second", self.fps, FPS),
            ("the number of steps between two frames", self.every, (1, max(steps, 1))),
        ):
            if value is not None and not (isinstance(value, int) and low <= value <= high):
                raise ValueError(refusal(name, in_range(low, high, whole=True), quoted(value)))
        across, up = SIZES[self.width]
        pixels = MAX_ARCHIVED if self.kind == "zip" else MAX_PIXELS
        most = min(MAX_FRAMES, pixels // (across * up))
        every = self.every or ceil(steps / min(USUAL_FRAMES, most - 1)) or 1
        if (count := len(steps_shown(steps, every))) > most:
            raise ValueError(
                f"every {every} of {steps} steps would make {count} frames, but at most {most} are made at "
                f"{across} × {up}: show every {ceil(steps / (most - 1))} steps, or fewer pixels"
            )
        if (vertices := count * lines * steps // 2) > MAX_VERTICES:
            raise ValueError(
                f"{lines} paths of {steps} steps in {count} frames have {vertices:,} points to draw, but at most "
                f"{MAX_VERTICES:,} are drawn: choose fewer starts, steps or frames"
            )
        if self.kind in CODECS and not codecs():
            raise ValueError(NO_CODEC)
        return replace(self, every=every)

    def write(self, picture: RunPicture, file: BinaryIO, progress: Progress = lambda done, total: None) -> None:
        """Draws all frames and writes them, in another format than a folder of PNG files.

        Raises:
            ValueError: as `check`.
        """
        film = self.check(picture.steps, lines_of(picture))
        WRITERS[film.kind](film, picture, file, progress)

    def frames(
        self,
        picture: RunPicture,
        progress: Progress = lambda done, total: None,
        canvas: "Canvas | None" = None,
    ) -> Iterator[np.ndarray]:
        """Each frame's colours, uint8, shape (height, width, 3); the first shows the starts alone, the last all.

        Args:
            picture: of which the film was checked.
            progress: takes reports of how many frames are done.
            canvas: of the same picture, where there is one.
        """
        shown = steps_shown(picture.steps, self.every or 1)
        canvas = canvas or Canvas(picture, self.width)
        for number, step in enumerate(shown):
            checkpoint()
            yield canvas.frame(step)
            progress(number + 1, len(shown))


def steps_shown(steps: int, every: int) -> list[int]:
    """The steps of the frames: 0, `every`, … and the last."""
    return [*range(0, steps, every), steps]


def lines_of(picture: RunPicture) -> int:
    """How many paths a frame has."""
    return sum(min(line.positions.shape[2], MAX_LINES) for line in picture.lines)


def codecs() -> bool:
    """Whether MP4 and WebM can be made."""
    av = _pyav()
    return av is not None and {codec for codec, _ in CODECS.values()} <= av.codecs_available


def _pyav() -> Any:
    """The module, which need not be installed; None then."""
    try:
        import av
    except ImportError:
        return None
    return av


class Canvas:
    """Draws frames: what does not move once."""

    def __init__(self, picture: RunPicture, width: str) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        with published():
            drawing, self._words = slide(picture)
            self._drawing: Drawing = drawing
            self._figure, self._steps = drawing.figure, picture.steps
            self._figure.set_dpi(SIZES[width][0] / SLIDE[0])
            self._canvas = FigureCanvasAgg(self._figure)
            self._moving = [*drawing.moving, self._words]
            self._canvas.draw()  # which lays it out
            self._figure.set_layout_engine("none")
            for artist in self._moving:
                artist.set_animated(True)
            self._canvas.draw()
            self._still = self._canvas.copy_from_bbox(self._figure.bbox)

    def frame(self, step: int) -> np.ndarray:
        """The colours at a step, uint8, shape (height, width, 3)."""
        self._drawing.show(step)
        self._words.set_text(f"step {step} of {self._steps}")
        self._canvas.restore_region(self._still)
        for artist in self._moving:
            self._figure.draw_artist(artist)
        return np.asarray(self._canvas.buffer_rgba())[..., :3].copy()


def _gif(film: Film, picture: RunPicture, file: BinaryIO, progress: Progress) -> None:
    from PIL.Image import Dither, fromarray

    canvas = Canvas(picture, film.width)
    palette = _palette(canvas.frame(picture.steps), [COLOURS[line.place] for line in picture.lines])
    frames = (
        fromarray(frame).quantize(palette=palette, dither=Dither.NONE)
        for frame in film.frames(picture, progress, canvas)
    )
    count = len(steps_shown(picture.steps, film.every or 1))
    duration = [round(1000 / film.fps)] * (count - 1) + [REST]
    next(frames).save(file, format="GIF", save_all=True, append_images=frames, duration=duration, loop=0, optimize=True)


def _palette(last: np.ndarray, colours: list[str]) -> "Image":
    """One palette for all frames, so that little changes from one to the next: of the last, which has every colour.

    The rules' colours, white and black are in it exactly, and one of 256 is left for what does not change.
    """
    from PIL.Image import fromarray

    names = sorted({WHITE, EDGE, START, *colours})
    exact = np.array([[*bytes.fromhex(name[1:])] for name in names])
    palette = fromarray(last).quantize(255 - len(exact))
    found = np.array(palette.getpalette()).reshape(-1, 3)
    apart = np.abs(found[:, None] - exact).max(axis=2).min(axis=1) >= NEAR
    palette.putpalette([*exact.ravel().tolist(), *found[apart].ravel().tolist()])
    return palette


def _archive(film: Film, picture: RunPicture, file: BinaryIO, progress: Progress) -> None:
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, content in pngs(film, picture, progress):
            archive.writestr(name, content)


def pngs(film: Film, picture: RunPicture, progress: Progress = lambda done, total: None) -> Iterator[tuple[str, bytes]]:
    """The name and the content of a PNG file for each frame; for a film that was checked."""
    from PIL.Image import fromarray

    for number, frame in enumerate(film.frames(picture, progress)):
        content = BytesIO()
        fromarray(frame).save(content, format="PNG")
        yield f"frame-{number:04d}.png", content.getvalue()


def _video(film: Film, picture: RunPicture, file: BinaryIO, progress: Progress) -> None:
    av = _pyav()
    codec, options = CODECS[film.kind]
    with av.open(file, "w", format=film.kind) as container:
        stream = container.add_stream(codec, rate=film.fps, options=options)
        stream.width, stream.height = SIZES[film.width]
        stream.pix_fmt = "yuv420p"  # which every player has
        for frame in film.frames(picture, progress):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


WRITERS = {"gif": _gif, "mp4": _video, "webm": _video, "zip": _archive}
