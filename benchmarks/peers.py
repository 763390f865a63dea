"""The engine's peers: SAM on the banana as others write it, each a function of the starts that returns the ends.

Each is made by a factory, which imports what it needs and raises ImportError or OSError where that is missing.
"""

import ctypes
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path

import numpy as np

from landscapes import LANDSCAPES, Landscape
from optimizers import SAM, compiled, run

RHO, LEARNING_RATE, STEPS = 0.1, 0.01, 200
TINY = float(np.finfo(float).tiny)

Peer = Callable[[np.ndarray], np.ndarray]
banana = LANDSCAPES["banana"]


def engine() -> Peer:
    """SAMscape, compiled."""
    compiled.warm([SAM], [banana])
    return lambda starts: run(SAM(RHO), banana, starts, learning_rate=LEARNING_RATE, steps=STEPS, keep="final").final


def engine_with_numpy() -> Peer:
    """SAMscape, its NumPy path."""

    def peer(starts: np.ndarray) -> np.ndarray:
        with compiled.numpy_only():
            return run(SAM(RHO), banana, starts, learning_rate=LEARNING_RATE, steps=STEPS, keep="final").final

    return peer


def engine_with_autograd() -> Peer:
    """autograd on the whole batch."""
    derived = Landscape(banana.value)
    return lambda starts: run(SAM(RHO), derived, starts, learning_rate=LEARNING_RATE, steps=STEPS, keep="final").final


def python_loop() -> Peer:
    """A Python loop per start over autograd's gradient, as in published notebooks."""
    from autograd import grad

    gradient = grad(lambda theta: (1.0 - theta[0] * theta[1]) ** 2)

    def peer(starts: np.ndarray) -> np.ndarray:
        ends = []
        for theta in starts.T:
            for _ in range(STEPS):
                g = gradient(theta)
                theta = theta - LEARNING_RATE * gradient(theta + RHO * g / np.linalg.norm(g))
            ends.append(theta)
        return np.array(ends).T

    return peer


def torch_per_start() -> Peer:
    """PyTorch, a SAM optimizer per start."""
    import torch

    class SharpnessAware(torch.optim.SGD):
        def step(self, closure):
            closure()
            parameters = [p for group in self.param_groups for p in group["params"]]
            with torch.no_grad():
                norm = torch.stack([p.grad.norm() for p in parameters]).norm()
                ascents = [RHO * p.grad / norm for p in parameters]
                for p, ascent in zip(parameters, ascents, strict=True):
                    p.add_(ascent)
            closure()
            with torch.no_grad():
                for p, ascent in zip(parameters, ascents, strict=True):
                    p.sub_(ascent)
            super().step()

    def peer(starts: np.ndarray) -> np.ndarray:
        ends = []
        for start in starts.T:
            theta = torch.tensor(start, requires_grad=True)
            optimizer = SharpnessAware([theta], lr=LEARNING_RATE)

            def closure(theta=theta, optimizer=optimizer):
                optimizer.zero_grad()
                ((1 - theta[0] * theta[1]) ** 2).backward()

            for _ in range(STEPS):
                optimizer.step(closure)
            ends.append(theta.detach().numpy())
        return np.array(ends).T

    return peer


def torch_batched() -> Peer:
    """PyTorch on the whole batch."""
    import torch

    def gradient(theta):
        theta = theta.detach().requires_grad_()
        x, y = theta
        return torch.autograd.grad(((1 - x * y) ** 2).sum(), theta)[0]

    def peer(starts: np.ndarray) -> np.ndarray:
        theta = torch.tensor(starts)
        for _ in range(STEPS):
            g = gradient(theta)
            theta = theta - LEARNING_RATE * gradient(theta + RHO * g / (g.norm(dim=0) + TINY))
        return theta.numpy()

    return peer


def naive_numpy() -> Peer:
    """NumPy on points of shape (N, 2)."""

    def gradient(theta):
        return 2.0 * (theta.prod(axis=1, keepdims=True) - 1.0) * theta[:, ::-1]

    def peer(starts: np.ndarray) -> np.ndarray:
        theta = starts.T.copy()
        for _ in range(STEPS):
            g = gradient(theta)
            delta = RHO * g / (np.linalg.norm(g, axis=1, keepdims=True) + TINY)
            theta = theta - LEARNING_RATE * gradient(theta + delta)
        return theta.T

    return peer


def tuned_numpy(tile: int = 8192) -> Peer:
    """NumPy by hand: components, no temporaries, tiles on threads."""
    threads = ThreadPoolExecutor(cpu_count())

    def advance(x: np.ndarray, y: np.ndarray) -> None:
        s, u, v, w = (np.empty_like(x) for _ in range(4))
        for _ in range(STEPS):
            np.multiply(x, y, out=s)
            s -= 1.0
            s *= 2.0
            np.multiply(s, y, out=u)
            np.multiply(s, x, out=v)
            np.multiply(u, u, out=s)
            np.multiply(v, v, out=w)
            s += w
            s += TINY
            np.sqrt(s, out=s)
            np.divide(RHO, s, out=s)
            u *= s
            v *= s
            u += x
            v += y
            np.multiply(u, v, out=s)
            s -= 1.0
            s *= 2.0 * LEARNING_RATE
            v *= s
            u *= s
            x -= v
            y -= u

    def peer(starts: np.ndarray) -> np.ndarray:
        ends = starts.copy()
        firsts = range(0, ends.shape[1], tile)
        list(threads.map(lambda first: advance(*ends[:, first : first + tile]), firsts))
        return ends

    return peer


def with_numexpr() -> Peer:
    """numexpr on components."""
    import numexpr

    def peer(starts: np.ndarray) -> np.ndarray:
        x, y = starts.copy()
        names = {"rho": RHO, "a": 2.0 * LEARNING_RATE, "tiny": TINY}
        for _ in range(STEPS):
            scale = numexpr.evaluate(
                "rho * 2 * (x * y - 1) / sqrt((2 * (x * y - 1)) ** 2 * (x * x + y * y) + tiny)",
                {"x": x, "y": y, **names},
            )
            slope = numexpr.evaluate(
                "a * ((x + scale * y) * (y + scale * x) - 1)", {"x": x, "y": y, "scale": scale, **names}
            )
            x, y = (
                numexpr.evaluate("p - slope * (q + scale * p)", {"p": p, "q": q, "scale": scale, "slope": slope})
                for p, q in ((x, y), (y, x))
            )
        return np.array([x, y])

    return peer


def with_jax() -> Peer:
    """JAX, jit of a scan over components."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def gradient(x, y):
        slope = 2.0 * (x * y - 1.0)
        return slope * y, slope * x

    def step(position, _):
        x, y = position
        gx, gy = gradient(x, y)
        scale = RHO / jax.numpy.sqrt(gx * gx + gy * gy + TINY)
        px, py = gradient(x + scale * gx, y + scale * gy)
        return (x - LEARNING_RATE * px, y - LEARNING_RATE * py), None

    scan = jax.jit(lambda x, y: jax.lax.scan(step, (x, y), length=STEPS)[0])
    return lambda starts: np.array(jax.block_until_ready(scan(*starts)))


def with_c() -> Peer:
    """C by hand, vectorised (cc -O3 -march=native), blocks on threads."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "sam.so"
        flags = ["-O3", "-march=native", "-fno-math-errno", "-shared", "-fPIC"]
        command = ["cc", *flags, "-o", str(library), str(Path(__file__).with_name("sam.c")), "-lm"]
        subprocess.run(command, check=True, capture_output=True)
        sam = ctypes.CDLL(str(library)).sam
    real, array = ctypes.c_double, np.ctypeslib.ndpointer(float)
    sam.argtypes = [array, array, real, real, ctypes.c_long, array, array, ctypes.c_long]
    sam.restype = None
    cores = cpu_count() or 1
    threads = ThreadPoolExecutor(cores)

    def peer(starts: np.ndarray) -> np.ndarray:
        ends = np.empty_like(starts)
        share = -(-starts.shape[1] // cores)
        parts = [slice(first, first + share) for first in range(0, starts.shape[1], share)]

        def work(part: slice) -> None:
            x, y = starts[:, part]
            sam(x, y, LEARNING_RATE, RHO, STEPS, *ends[:, part], x.size)

        list(threads.map(work, parts))
        return ends

    return peer
