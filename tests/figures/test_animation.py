"""Playback as a film: its frames are the steps of the runs, and what cannot be made is refused before any is drawn."""

import sys
from io import BytesIO
from itertools import pairwise
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from figures.__main__ import main
from figures.animate import described, placed
from figures.animation import NO_CODEC, SIZES, Canvas, Film, codecs
from figures.run_picture import RunPicture, page
from optimizers import GD, GSAM, SAM, Experiment, MongeSAM
from optimizers.starts import Points

STEPS, EVERY = 10, 4
SHOWN = [0, 4, 8, 10]
WIDTH = "640"
EXPERIMENT = Experiment("banana", (SAM(1.0), MongeSAM(1.0)), Points((-1.5, 1.0), (0.5, 2.0)), 0.01, STEPS)
BASE = ["animate", "--start", "-1.5", "0.5", "--steps", "10", "--every", "4", "--size", WIDTH]


@pytest.fixture(scope="module")
def picture() -> RunPicture:
    return described(EXPERIMENT, placed(EXPERIMENT.optimizers))


def made(kind: str, picture: RunPicture) -> BytesIO:
    file = BytesIO()
    Film(kind, WIDTH, 10, EVERY).write(picture, file)
    return file


def frames_of(file: BytesIO) -> tuple[list[np.ndarray], list[int]]:
    image = Image.open(file)
    frames, durations = [], []
    for number in range(image.n_frames):
        image.seek(number)
        frames.append(np.asarray(image.convert("RGB")))
        durations.append(image.info["duration"])
    return frames, durations


def test_a_gif_shows_the_runs_step_by_step(picture) -> None:
    frames, durations = frames_of(made("gif", picture))
    assert len(frames) == len(SHOWN)
    assert {frame.shape for frame in frames} == {(360, 640, 3)}
    assert durations == [100, 100, 100, 2000]
    canvas = Canvas(picture, WIDTH)
    for frame, step in zip(frames, SHOWN, strict=True):
        assert np.abs(frame.astype(int) - canvas.frame(step)).mean() < 1.0  # of 255, by the palette
    plane = [frame[:, :320].astype(int) for frame in frames]
    moved = [np.count_nonzero(np.abs(now - before).max(axis=2) > 40) for before, now in pairwise(plane)]
    assert min(moved) > 50  # pixels


def test_the_first_frame_shows_the_starts_alone_and_the_last_everything(picture) -> None:
    drawing = page(picture)
    for step, runs in ((0, 0), (1, 2), (STEPS, 2)):
        drawing.show(step)
        sam, _, starts, *ends = drawing.moving
        assert len(sam.get_segments()) == runs
        assert [len(one.get_xdata()) for one in (starts, *ends)] == [2, runs, runs]
    np.testing.assert_array_equal(ends[0].get_data(), picture.lines[0].final)


def test_a_frame_is_what_drawing_everything_anew_gives(picture) -> None:
    canvas = Canvas(picture, WIDTH)
    quick = [canvas.frame(step) for step in (0, STEPS)]
    for artist in canvas._moving:
        artist.set_animated(False)
    canvas._canvas.draw()
    np.testing.assert_array_equal(quick[1], np.asarray(canvas._canvas.buffer_rgba())[..., :3])
    assert (quick[0] != quick[1]).any()


def test_the_runs_are_those_of_the_experiment(picture) -> None:
    for line, trajectory in zip(picture.lines, EXPERIMENT.run(), strict=True):
        np.testing.assert_array_equal(line.positions, trajectory.positions)
        np.testing.assert_array_equal(line.final, trajectory.final)
    drawing = page(picture)
    drawing.show(3)
    paths = drawing.moving[0].get_segments()
    np.testing.assert_array_equal(paths[1], picture.lines[0].positions[:4, :, 1])


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_a_video_has_a_picture_for_each_frame(kind, picture) -> None:
    av = pytest.importorskip("av")
    file = made(kind, picture)
    file.seek(0)
    with av.open(file) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert container.streams.video[0].average_rate == 10
    assert [frame.shape for frame in frames] == [(360, 640, 3)] * len(SHOWN)
    whole = Canvas(picture, WIDTH).frame(STEPS).astype(int)
    assert np.abs(frames[-1] - whole).mean() < 8.0  # of 255: colour has half the resolution there


def test_png_files_are_an_archive_or_a_folder(picture, tmp_path, capsys) -> None:
    with ZipFile(made("zip", picture)) as archive:
        names = archive.namelist()
        last = np.asarray(Image.open(BytesIO(archive.read(names[-1]))))
    assert names == ["frame-0000.png", "frame-0001.png", "frame-0002.png", "frame-0003.png"]
    np.testing.assert_array_equal(last, Canvas(picture, WIDTH).frame(STEPS))
    assert main([*BASE, "--out", str(tmp_path / "frames")]) == 0
    assert sorted(path.name for path in (tmp_path / "frames").iterdir()) == names
    assert "4/4" in capsys.readouterr().err


def test_the_command_line_writes_the_format_of_the_suffix(tmp_path, capsys) -> None:
    assert main([*BASE, "--optimizer", "sam", "sam:rho=0.3", "--out", str(tmp_path / "runs.gif")]) == 0
    assert len(frames_of(BytesIO((tmp_path / "runs.gif").read_bytes()))[0]) == len(SHOWN)
    assert str(tmp_path / "runs.gif") in capsys.readouterr().out


def test_a_second_rule_of_a_kind_has_a_colour_of_its_own() -> None:
    assert placed((SAM(1.0), GD(), SAM(0.3), GSAM())) == {
        "sam": SAM(1.0), "gd": GD(), "more-1": SAM(0.3), "more-2": GSAM(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--out", "a.mov"], "a.mov must end in .gif, .mp4, .webm, .zip, or in nothing, for a folder of PNG files"),
        (["--out", "no/a.gif"], "no/a.gif cannot be written, because the folder no does not exist"),
        (["--out", "full"], "full cannot be made, because there is a folder of that name that is not empty"),
        (["--out", "a.gif", "--size", "7"], "the size must be one of 640, 960, 1280, 1920 pixels across, not '7'"),
        (
            ["--out", "a.gif", "--fps", "0"],
            "the number of frames per second must be a whole number from 1 to 50, not 0",
        ),
        (
            ["--out", "a.gif", "--every", "11"],
            "the number of steps between two frames must be a whole number from 1 to 10, not 11",
        ),
        (
            ["--out", "a.gif", "--steps", "5000", "--every", "1"],
            "every 1 of 5000 steps would make 5001 frames, but at most 600 are made at 640 × 360: show every 9 steps, "
            "or fewer pixels",
        ),
        (
            ["--out", "a.gif", "--steps", "100000", "--every", "500", "--optimizer", *["sam"] * 7],
            "at most 5 optimizers can be shown beside the paper's; name fewer",
        ),
        (["--out", "a.gif", "--view", "1", "0", "0", "1"], "--view must be LEFT RIGHT BOTTOM TOP"),
        (["--out", "a.gif", "--optimizer", "adam"], "--optimizer"),
    ],
)
def test_what_cannot_be_made_is_refused_before_the_work(arguments, sentence, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    with pytest.raises(SystemExit) as caught:
        main([*BASE, *arguments])
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"python -m figures animate: {sentence}")
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_too_many_points_are_refused(picture) -> None:
    with pytest.raises(ValueError, match=r"500 paths of 10000 steps in 201 frames have 502,500,000 points"):
        Film().check(10_000, 500)


def test_without_a_codec_one_sentence_says_what_to_install(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    assert not codecs()
    with pytest.raises(SystemExit):
        main([*BASE, "--out", str(tmp_path / "runs.mp4")])
    assert NO_CODEC in capsys.readouterr().err
    assert "pip install av" in NO_CODEC
    assert "GIF" in NO_CODEC
    assert Film("gif").check(10, 1).every == 1


@pytest.mark.parametrize("name", ["runs.gif", "runs"])
@pytest.mark.parametrize(("trouble", "code"), [(KeyboardInterrupt(), 130), (OSError(28, "No space left"), 1)])
def test_an_interruption_leaves_nothing(name, trouble, code, tmp_path, monkeypatch, capsys) -> None:
    frame = Canvas.frame

    def interrupted(self: Canvas, step: int) -> np.ndarray:
        if step == 8:
            raise trouble
        return frame(self, step)

    monkeypatch.setattr(Canvas, "frame", interrupted)
    assert main([*BASE, "--out", str(tmp_path / name)]) == code
    assert list(tmp_path.iterdir()) == []
    assert ("nothing was written" if code == 130 else "No space left") in capsys.readouterr().err


def test_every_size_is_16_to_9_and_even() -> None:
    assert all(width * 9 == height * 16 and height % 2 == 0 for width, height in SIZES.values())
    assert [str(width) for width, _ in SIZES.values()] == [*SIZES]
