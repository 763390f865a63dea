"""The derivatives of a loss that is given by its value: in closed form where its text allows it, else by autograd."""

from collections.abc import Callable

import numpy as np
from autograd import elementwise_grad
from numpy.typing import ArrayLike

from landscapes.code.exact import plain
from landscapes.code.read import Origin, Unsupported, current
from landscapes.exact_array import exact
from landscapes.formula import FormulaError, Functions, functions
from landscapes.formula.translate import translated
from landscapes.pieces import in_pieces

Components = tuple[np.ndarray, np.ndarray]
SecondDerivatives = tuple[np.ndarray, np.ndarray, np.ndarray]
Gradient = Callable[[np.ndarray, np.ndarray], Components]
Hessian = Callable[[np.ndarray, np.ndarray], SecondDerivatives]


class Derivatives:
    """∇ℓ and ∂²ℓ of ℓ(x, y), which follow the constants that its function takes from outside.

    The function's text is read as a formula and differentiated as one, so that the engine can compile the gradient.
    What has no place in a formula (`where`, loops, functions of other libraries) autograd differentiates.
    """

    def __init__(self, value: Callable) -> None:
        self._value = plain(value)
        self._by_autograd = derived_gradient(self._value), derived_hessian(self._value, of_gradient=False)
        self._read()

    @property
    def source(self) -> str | None:
        """The module that defines value, gradient and hessian, None where autograd differentiates."""
        closed = self._now()
        return None if closed is None else closed.source

    @property
    def reason(self) -> str:
        """Why there is no closed form; empty if there is one."""
        self._now()
        return self._reason

    def gradient(self, x: np.ndarray, y: np.ndarray) -> Components:
        """(∂ℓ/∂x, ∂ℓ/∂y)."""
        closed = self._now()
        return self._by_autograd[0](x, y) if closed is None else closed.gradient(x, y)

    def hessian(self, x: np.ndarray, y: np.ndarray) -> SecondDerivatives:
        """(∂²ℓ/∂x², ∂²ℓ/∂x∂y, ∂²ℓ/∂y²)."""
        closed = self._now()
        return self._by_autograd[1](x, y) if closed is None else closed.hessian(x, y)

    def _now(self) -> Functions | None:
        if not current(self._origins):
            self._read()
        return self._closed

    def _read(self) -> None:
        self._closed: Functions | None = None
        self._origins: tuple[Origin, ...] = ()
        self._reason = ""
        try:
            tree, self._origins = translated(self._value)
            self._closed = functions(tree)
        except (Unsupported, FormulaError) as reason:
            self._reason = str(reason)
        except RecursionError:
            self._reason = "it is too long for a closed form"

    def __reduce__(self):
        return Derivatives, (self._value,)


def _on_arrays(function: Callable, x: ArrayLike, y: ArrayLike) -> np.ndarray:
    """An autograd derivative on float64 arrays, which is all that autograd accepts, in the project's arithmetic."""
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    with np.errstate(all="ignore"):
        return in_pieces(lambda x, y: np.asarray(function(exact(x + 0.0), exact(y + 0.0))), x, y)


def derived_gradient(value: Callable) -> Gradient:
    """(x, y) → (∂ℓ/∂x, ∂ℓ/∂y) by reverse-mode differentiation of ℓ.

    A batch costs two passes however large it is, because ℓ acts on each point alone: the derivative of the sum of all
    losses with respect to one component is that point's derivative.
    """
    partial_x, partial_y = _partials(value)
    return lambda x, y: (_on_arrays(partial_x, x, y), _on_arrays(partial_y, x, y))


def derived_hessian(function: Callable, *, of_gradient: bool) -> Hessian:
    """(x, y) → (∂²ℓ/∂x², ∂²ℓ/∂x∂y, ∂²ℓ/∂y²) by differentiating ℓ twice, or its closed-form gradient once."""
    if of_gradient:
        partial_x, partial_y = (lambda x, y: function(x, y)[0]), (lambda x, y: function(x, y)[1])
    else:
        partial_x, partial_y = _partials(function)
    (xx, xy), (_, yy) = _partials(partial_x), _partials(partial_y)
    return lambda x, y: (_on_arrays(xx, x, y), _on_arrays(xy, x, y), _on_arrays(yy, x, y))


def _partials(function: Callable) -> tuple[Callable, Callable]:
    def grounded(x, y):  # autograd warns of a function that does not depend on what it is differentiated by
        return function(x, y) + 0.0 * (x + y)

    return elementwise_grad(grounded, 0), elementwise_grad(grounded, 1)
