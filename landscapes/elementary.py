"""The functions that formulas are written with.

Each is one name that all three readers of a formula understand: NumPy evaluates it on arrays, autograd
differentiates it, and the compiled engine replaces it with code that vectorises. A landscape that takes its
functions from here is written once.
"""

from autograd.numpy import abs, arctan, cos, cosh, exp, log, sign, sin, sinh, sqrt, tan, tanh, where

__all__ = ["abs", "arctan", "cos", "cosh", "exp", "log", "sign", "sin", "sinh", "sqrt", "tan", "tanh", "where"]
