"""A rule on a landscape: what NumPy runs at once, and the kernel that takes over when it is ready."""

import atexit
import logging
import os
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from functools import partial
from queue import SimpleQueue
from types import FunctionType
from weakref import WeakKeyDictionary

from landscapes.code.text import on_arrays
from landscapes.landscape import Landscape
from optimizers.bases import PLAIN, Base
from optimizers.compiled import disk, source
from optimizers.compiled.kernel import kernel_text
from optimizers.rules import Rule
from optimizers.step import Step, step_of

WORTH_COMPILING = 0.02  # seconds that NumPy has spent on a pair; less is not worth compiling

log = logging.getLogger(__name__)


class Pair:
    """A step on a landscape, ready to run.

    Attributes:
        form: what decides the step besides the landscape.
        step: the step on NumPy arrays. It is made of the kernel's own text where there is one, so that both engines
            perform the same operations.
        kernel: the compiled kernel, None while or where there is none.
        reason: why there will be no kernel, empty where there will be one.
    """

    def __init__(self, form: Step, landscape: Landscape) -> None:
        self.form = form
        self.kernel: Callable | None = None
        self._text: source.Text | None = None
        self._derivatives, self._source = landscape.derivatives, source.source_of(landscape)
        self.reason = ""
        self.said = ""  # its last message in the log
        self._spent = 0.0
        self._asked = False
        self._cancelled = threading.Event()
        try:
            self._text = source.write(form.functions, source.parts_of(landscape))
            self.step = self._text.on_arrays(form.text(*self._text.names), ["step"])[0]
        except source.Unsupported as reason:
            self.reason = str(reason)
            names = ("direction", "update", "noise")
            parts = zip(names, (partial(form.direction, landscape), *form.functions[1:]), strict=False)
            self.step = on_arrays(form.text(*names), ["step"], dict(parts))[0]

    @property
    def compilable(self) -> bool:
        """Whether a kernel can be made."""
        return self._text is not None

    @property
    def compiling(self) -> bool:
        """Whether the kernel is being compiled."""
        return self.kernel is None and self._asked and not self.reason

    @property
    def current(self) -> bool:
        """Whether the functions are still what they were when this pair was made."""
        derived = self._derivatives is None or self._derivatives.source == self._source
        return derived and (self._text is None or self._text.current)

    def spent(self, seconds: float) -> None:
        """Notes time spent with NumPy; when it adds up, the kernel is made ready in the background."""
        self._spent += seconds
        if self._spent >= WORTH_COMPILING:
            self.prepare()

    def prepare(self) -> None:
        """Makes the kernel ready in the background, once."""
        if self._text is not None and not self._asked:
            self._asked, self._cancelled = True, threading.Event()
            _waiting().put((self, self._cancelled))

    def cancel(self) -> None:
        """Cancels a kernel's compilation in the background; the next run with NumPy may request it again."""
        if not self._cancelled.is_set():
            self._cancelled.set()
            self._asked = False

    def reference(self) -> "Pair":
        """The same pair, never to be compiled."""
        one = copy(self)
        one.kernel, one._asked, one.reason = None, True, "the reference engine was requested"
        return one

    def write(self) -> str | None:
        """Writes the kernel's module, and returns its name; None where there is no kernel."""
        return None if self._text is None else disk.write(kernel_text(self._text, self.form))

    def make(self) -> None:
        """Compiles the kernel if need be and loads it. After a failure the pair stays with NumPy."""
        self._asked = True
        self.make_unless(disk.never)

    def make_unless(self, cancelled: Callable[[], bool]) -> None:
        """The same, until `cancelled` returns true."""
        try:
            name = self.write() if self.kernel is None else None
            if name is not None:
                disk.compile_apart([name], cancelled)
                _import_numba()
                with _loading:
                    self.kernel = disk.load(name)
        except disk.Cancelled:
            log.debug("no kernel: it was cancelled")
        except Exception as reason:
            self.reason = f"compilation failed: {_first_line(reason)}"
            log.debug("no kernel: %s", reason, exc_info=True)


_pairs: WeakKeyDictionary[Landscape, dict[Step, Pair]] = WeakKeyDictionary()
_guard = threading.Lock()
_loading = threading.Lock()
_queue: SimpleQueue | None = None
_numpy_only = False


def pair(rule: Rule | type[Rule], landscape: Landscape, base: Base | type[Base] = PLAIN, **form_of_step: bool) -> Pair:
    """A rule with its base optimizer on a landscape: the same pair as long as their code is.

    Whether the step is scheduled and noisy is given as in `step_of`.
    """
    form = step_of(rule, base, **form_of_step)
    if not isinstance(form.direction, FunctionType):
        return Pair(form, landscape)
    with _guard:
        found = _pairs.get(landscape, {}).get(form)
    if found is None or not found.current:
        made = Pair(form, landscape)  # unguarded, for a long formula takes a while
        with _guard:
            known = _pairs.setdefault(landscape, {})
            if known.get(form) is found:  # no other thread was faster
                known[form] = made
            found = known[form]
    return found.reference() if _numpy_only else found


def known(rule: Rule | type[Rule], landscape: Landscape, base: Base | type[Base] = PLAIN) -> bool:
    """Whether the pair has been made, which takes a tenth of a second for the longest formulas."""
    with _guard:
        return step_of(rule, base) in _pairs.get(landscape, {})


def cancel(landscape: Landscape) -> None:
    """Cancels the compilation of a landscape's kernels in the background, as when a page closes.

    Other users of the landscape lose only time: the next run with NumPy requests them again.
    """
    with _guard:
        found = list(_pairs.get(landscape, {}).values())
    for one in found:
        one.cancel()


@contextmanager
def numpy_only() -> Iterator[None]:
    """While it lasts, this process runs everything with NumPy: the reference that kernels are compared with."""
    global _numpy_only
    before, _numpy_only = _numpy_only, True
    try:
        yield
    finally:
        _numpy_only = before


def warm(
    rules: Iterable[Rule | type[Rule]], landscapes: Iterable[Landscape], base: Base | type[Base] = PLAIN, **form: bool
) -> list[Pair]:
    """Compiles and loads the kernels of all rules on all landscapes, and waits until they are ready."""
    landscapes = list(landscapes)
    pairs = [pair(rule, landscape, base, **form) for rule in rules for landscape in landscapes]
    try:
        compile_all(pairs)
    except (OSError, subprocess.SubprocessError) as reason:
        log.debug("%s", reason)
    for one in pairs:
        one.make()
    return pairs


def compile_all(pairs: Iterable[Pair]) -> int:
    """Compiles the kernels that are not on disk yet, in as many processes as there are cores, and counts them."""
    names = {name for one in pairs if (name := one.write()) is not None}
    missing = sorted(name for name in names if not disk.compiled(name))
    processes = min(os.cpu_count() or 1, len(missing))
    if missing:
        with ThreadPoolExecutor(processes) as pool:
            shares = [pool.submit(disk.compile_apart, missing[first::processes]) for first in range(processes)]
        for share in shares:
            share.result()
    return len(missing)


def _first_line(reason: Exception) -> str:
    lines = [line.strip() for line in str(reason).splitlines() if line.strip()]
    return lines[0] if lines else type(reason).__name__


def _import_numba() -> None:
    import numba  # noqa: F401


def _waiting() -> SimpleQueue:
    """The queue of the pairs to make ready. One daemon thread serves it: no program waits for it to end."""
    global _queue
    with _guard:
        if _queue is None:
            _queue = SimpleQueue()
            threading.Thread(target=_serve, args=(_queue,), name="kernels", daemon=True).start()
        return _queue


def _serve(queue: SimpleQueue) -> None:
    while True:
        one, cancelled = queue.get()
        if not cancelled.is_set():
            one.make_unless(cancelled.is_set)


def _forget_threads() -> None:
    global _queue, _guard, _loading
    _queue, _guard, _loading = None, threading.Lock(), threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_threads)


@atexit.register
def _end() -> None:
    """Waits for a kernel that is just being loaded: an interpreter must not end under it."""
    _loading.acquire(timeout=5)
