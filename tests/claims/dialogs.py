"""What the Share and Invite dialogs say, and the notices about files."""

import contextlib
import io
import json
import re
from functools import partial
from html import unescape

import numpy as np
import pytest
import segno
from panel.viewable import Viewable

from app.compute.runs import runs_of
from app.export.explore_picture import described
from app.export.film import checked
from app.export.handout import handout
from app.lessons.class_predictions import ClassPredictions
from app.lessons.lecture import Lecture
from app.model.experiment_file import load
from app.model.moment import WITHHELD, Moment
from app.model.state import OWN, State, experiment_parameters
from app.page.classroom import Invitation
from app.page.film_card import ABOUT
from app.page.invitation_dialog import InvitationDialog
from app.page.share_dialog import COPIED, MAX_FILE_BYTES, NOT_COPIED, ShareDialog
from figures.animation import SIZES, Film
from lessons import HIDEABLE
from optimizers import Experiment
from optimizers.python_code import python_code
from tests.claims.row import Found, Row

STATES = (
    {},
    {"landscape": "rastrigin", "optimizers": ["sam", "fisher-sam"], "learning_rate": 0.0123456789, "mode": "grid"},
    {"landscape": OWN, "formula": "x^2.5 + exp(y)*sin(x)", "optimizers": ["asam"], "rho": 0.3, "mode": "cloud"},
)


def copied_script(sweep) -> Found:
    """What the script computes are the engine's own positions, to the last bit."""
    cases = 0
    for values in STATES:
        experiment = State(**{"steps": 30, "size": 3, "count": 5} | values).experiment
        names: dict = {}
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            exec(python_code(experiment), names)
        for one, same in zip(names["trajectories"], experiment.run(), strict=True):
            assert one.positions.tobytes() == same.positions.tobytes()
            cases += one.positions.size
    return cases, ""


def saved_file(sweep) -> Found:
    """Opened in any other session it gives the same experiment, and whatever changes the numbers changes the file."""
    for values in STATES:
        saved = State(**values)
        text = saved.experiment.to_json()
        opened = State(landscape="sinc", rho=2.0, steps=7, optimizers=["gd"])
        assert load(text, opened) is None
        assert opened.experiment == saved.experiment == Experiment.from_json(text)
    changes = {"landscape": "sinc", "rho": 0.3, "learning_rate": 0.02, "steps": 7, "x": 0.1, "optimizers": ["gd"]}
    assert {*changes} <= {*experiment_parameters()}
    for name, value in changes.items():
        assert State(**{name: value}).experiment.to_json() != State().experiment.to_json()
    return len(STATES) + len(changes), ""


def whole_page(sweep) -> Found:
    """No script or stylesheet of it is another file, and all its paths are in it, to be played."""
    import panel.custom  # noqa: F401 - as in the app, where its models ask for a script of their own

    states = ({}, {"mode": "cloud", "count": 700, "steps": 160}, {"optimizers": []}, {"learning_rate": 10.0, "x": 3.0})
    for values in states[: sweep.count(2, 4)]:
        page = handout(State(**values))
        assert not re.findall(r"<(?:script|link)\b[^>]+(?:src|href)=", page)
        assert page.count("<h1>") == 1
        assert "Play" in page
    return len(states), ""


def share_dialog(state: State) -> ShareDialog:
    """Without a lesson."""
    return ShareDialog(state, Lecture(state, lambda view: None, ClassPredictions(), lambda call, wait: None))


def session(dialog: ShareDialog, **file) -> str:
    """What the notice says once a file was chosen."""
    dialog._opened("opened", None, {"name": "mine.json", "text": "", "size": 0} | file)
    return unescape(re.sub(r"<[^>]*>", "", dialog._words.object))


def too_large(sweep) -> Found:
    """A byte more than is read is refused, and changes nothing; as many are read."""
    state = State()
    dialog = share_dialog(state)
    text = State(rho=0.25).experiment.to_json()
    assert "too large" in session(dialog, text=text, size=MAX_FILE_BYTES + 1)
    assert state.rho == 1.0
    assert "was opened" in session(dialog, text=text, size=MAX_FILE_BYTES)
    assert state.rho == 0.25
    return 2, ""


def refused(sweep) -> Found:
    """Nothing of a file that is refused is taken."""
    state = State()
    dialog, data = share_dialog(state), json.loads(State(rho=0.25).experiment.to_json())
    for text in ("{", "[]", json.dumps(data | {"steps": -1}), json.dumps(data | {"more": 1})):
        assert "could not be opened" in session(dialog, text=text, size=len(text))
        assert state.experiment == State().experiment
    return 4, ""


def opened(sweep) -> Found:
    """The state is the file's, and the address that the browser keeps for going back is still that from before."""
    state = State()
    dialog = share_dialog(state)
    before = dialog.address.query
    text = State(rho=0.25).experiment.to_json()
    assert "the browser's back button undoes this" in session(dialog, text=text, size=len(text))
    assert state.experiment == State(rho=0.25).experiment
    assert dialog.address.query != before
    return 1, ""


def copied(what: str, done: bool, sweep) -> Found:
    """The sentence is of what the browser reports, and the text itself stands below it."""
    dialog = share_dialog(State())
    dialog._copied("copied", None, {"what": what, "done": done, "text": "a < b"})
    said = dialog._status.object
    assert (COPIED[what] if done else NOT_COPIED) in said
    assert said.index("a &lt; b") > said.index("</p>")
    return 1, ""


def script_is_copied(sweep) -> Found:
    copied("python", True, sweep)
    return copied_script(sweep)


def film(sweep) -> Found:
    """A frame for each step of the usual runs, and each of them is 16:9."""
    state = State(steps=4)
    shown = described(state, runs_of(state))
    frames = [*checked(Film(width="640"), state).frames(shown)]
    assert [frame.shape for frame in frames] == [(360, 640, 3)] * (state.steps + 1)
    assert all(9 * across == 16 * up for across, up in SIZES.values())
    return len(frames) + len(SIZES), ""


def withheld(sweep) -> Found:
    """While any part is hidden neither the runs nor what follows from them can be saved; the rest can, then and after.

    What each part hides on the screen is in tests/app/test_lecture.py.
    """
    state = State()
    dialog = share_dialog(state)
    dialog._open(None)
    for part in HIDEABLE:
        for hidden in ((part,), ()):
            state.try_update(moment=Moment(hidden=hidden))
            rows = [*dialog._explored, dialog._handout]
            assert {row.visible for row in rows} == {not hidden}
            assert dialog._withheld.visible == bool(hidden)
            if hidden:
                with pytest.raises(ValueError, match=WITHHELD):
                    checked(Film(), state)
    return len(HIDEABLE), ""


def scan(sweep) -> Found:
    """The picture is the code of the link that stands below it."""
    (html,) = (text for text in texts(InvitationDialog(INVITATION).overlays) if "<svg" in text)
    drawn, link = html.partition("<p>")[::2]
    assert link.removesuffix("</p>") == INVITATION.link
    code = segno.make(INVITATION.link, error="m")
    assert drawn == code.svg_inline(scale=8, border=4, light="#fff", dark="#000", omitsize=True)
    return 1, ""


def texts(viewable: Viewable) -> set[str]:
    """All that the parts of a dialog show: texts, labels and titles."""
    shown = {getattr(part, name, None) for part in viewable.select() for name in ("object", "label", "title")}
    return {text for text in shown if isinstance(text, str)}


def left_out(sentence: str) -> str:
    """A notice without the file's name and size, and what the reader of files says."""
    sentence = re.sub(r"mine\.json|(?<=: )\d+(?= bytes)", "…", sentence)
    return re.sub(r"(?<=opened\. ).*", "…", sentence)


INVITATION = Invitation("192.0.2.7", 5006, "secret")
ROWS = [
    Row(
        "Share",
        "Everything that determines the numbers. A saved file can also be dropped anywhere on the page.",
        saved_file,
    ),
    Row("Share", "One file with playback; it opens without a server or network.", whole_page),
    Row("Share", "Link copied.", partial(copied, "link", True)),
    Row("Share", "Citation copied.", partial(copied, "citation", True)),
    Row("Share", "Script copied; it reproduces the numbers bit for bit.", script_is_copied),
    Row(
        "Share",
        "The browser does not allow this page to copy; select the text below and copy it.",
        partial(copied, "link", False),
    ),
    Row("Share", ABOUT, film),
    Row("Share, notice", "… is too large for an experiment: … bytes, but at most 1000000 are read.", too_large),
    Row("Share, notice", "… could not be opened. …", refused),
    Row("Share, notice", "… was opened; the browser's back button undoes this.", opened),
    Row("Share", WITHHELD, withheld),
    Row("Invite", "Scan to join", scan),
]
# titles, and buttons that say what they do, which the browser's tests press
DEFINITIONS = {
    "Share this experiment", "Copy", "Copy link", "Copy as Python", "Copy citation", "Experiment", "Save as JSON",
    "Open experiment…", "Picture", "PNG", "SVG", "Numbers", "Outcomes CSV", "Trajectories CSV", "All as NPZ", "Handout",
    "Handout HTML", "Dismiss", "Playback", "Create film", "Cancel", "Format", "Size",
    "Frames per second", "Surface", "NPZ",
}  # fmt: skip


def shown() -> set[str]:
    """All that stands in both dialogs, what is said after copying, and the notices about files."""
    dialog = share_dialog(State())
    plain = {re.sub(r"<[^>]*>", "", text) for text in texts(dialog.overlays)}
    invited = texts(InvitationDialog(INVITATION).overlays)
    text = State().experiment.to_json()
    files = ({"size": MAX_FILE_BYTES + 1}, {"text": "{"}, {"text": text})
    notices = {left_out(session(dialog, **one)) for one in files}
    named = {text for text in invited if INVITATION.link not in text}
    return (plain | named | {*COPIED.values(), NOT_COPIED} | notices) - {""}
