"""What a process has resident after it let go of pictures; in processes of their own."""

import os
import subprocess
import sys

import pytest

from flux_studio.large_blocks import give_back, return_large_blocks

MEASURE = """
import os, sys
from flux_studio.large_blocks import return_large_blocks

def resident():
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

if sys.argv[1] == "yes":
    assert return_large_blocks()
del (teacher := [bytes(24_000_000)])[0]  # freed once, the C library keeps blocks up to this size
before = resident()
kept = []
pictures = []
for number in range(80):
    pictures.append(bytearray(b"x") * 2_500_000)
    kept.append(bytearray(b"y") * 40_000)  # something that stays behind each of them
pictures.clear()
print(resident() - before)
"""

SMALL = """
import os, sys
from flux_studio.large_blocks import give_back, return_large_blocks

def resident():
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

assert return_large_blocks()
before = resident()
pictures, kept = [], []
for number in range(600):
    pictures.append(bytearray(b"x") * 100_000)
    kept.append(bytearray(b"y") * 1_000)  # holds the heap where it is
pictures.clear()
if sys.argv[1] == "yes":
    give_back()
print(resident() - before)
"""


def is_glibc() -> bool:
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, ValueError, OSError):
        return False


def grown(asked: str, measure: str = MEASURE) -> float:
    """MB that stay after 200 MB of pictures, or 60 of small ones, came and went."""
    done = subprocess.run(
        [sys.executable, "-c", measure, asked], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


@pytest.mark.skipif(not is_glibc(), reason="only glibc keeps large blocks")
def test_pictures_go_back_to_the_system():
    learned, told = grown("no"), grown("yes")
    assert told < 20
    assert learned > told + 100, "the C library does it by itself now: this module can go"


@pytest.mark.skipif(not is_glibc(), reason="only glibc keeps what lies between")
def test_small_pictures_go_back_when_that_is_asked_for():
    kept, given_back = grown("no", SMALL), grown("yes", SMALL)
    assert given_back < 10
    assert kept > given_back + 40, "the C library does it by itself now: this can go"


@pytest.mark.skipif(is_glibc(), reason="another C library is not asked")
def test_another_c_library_is_left_alone():
    assert return_large_blocks() is False
    give_back()
