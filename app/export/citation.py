"""How to cite: the paper whose methods are shown, and the program."""

BIBTEX = """\
@article{jacobsen2025mongesam,
  title   = {Monge {SAM}: Robust Reparameterization-Invariant Sharpness-Aware Minimization Based on Loss Geometry},
  author  = {Jacobsen, Albert Kj{\\o}ller and Arvanitidis, Georgios},
  journal = {arXiv preprint arXiv:2502.08448},
  year    = {2025},
  url     = {https://arxiv.org/abs/2502.08448},
}

@software{samscape,
  title = {{SAMscape}: an interactive laboratory for two-dimensional loss landscapes and sharpness-aware minimization},
  author  = {{SAMscape contributors}},
  version = {0.1.0},
  license = {MIT},
}
"""
