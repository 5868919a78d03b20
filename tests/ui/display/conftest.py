"""A window manager beside the tests: without one, nobody gives a window the keyboard."""

import shutil
import subprocess

import pytest


@pytest.fixture(scope="session", autouse=True)
def window_manager():
    if shutil.which("openbox") is None:
        yield
        return
    quiet = subprocess.DEVNULL
    manager = subprocess.Popen(["openbox"], stdout=quiet, stderr=quiet)
    yield
    manager.terminate()
    manager.wait()
