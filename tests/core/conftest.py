"""Hypothesis keeps what it learns outside the checkout: pytest refuses a `.hypothesis` folder there
as long as `norecursedirs` replaces its defaults.
"""

import tempfile
from pathlib import Path

from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "flux-studio-hypothesis")
