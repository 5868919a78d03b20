"""The rooms and the house rules, as tests: imports, sizes, who may name a provider, who may open a
picture.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flux_studio.providers.registry import PROVIDERS

ROOT = Path(__file__).resolve().parent.parent
SOURCE = sorted((ROOT / "flux_studio").rglob("*.py"))
MOST_LINES = 400
MOST_FUNCTION_LINES = 60
TOP_LEVEL = {"flux_studio", "resources", "tests", "packaging"}
UNREAL = {"build", "dist", "tour"}  # made by tools, ignored by git


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_import_contracts_hold():
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-3000:]


@pytest.mark.parametrize("path", SOURCE, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_keeps_the_house_rules(path):
    text = path.read_text(encoding="utf-8")
    module = tree(path)
    assert text.count("\n") <= MOST_LINES
    assert ast.get_docstring(module), "says what it is for"
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MOST_FUNCTION_LINES, node.name


def test_the_session_knows_qtcore_only():
    """import-linter cannot forbid a part of a package that is not ours."""
    session = [path for path in SOURCE if "session" in path.parts]
    used = {name for path in session for name in imports(path) if name.startswith("PySide6")}
    assert used == {"PySide6.QtCore"}


def test_httpx_is_imported_in_one_module():
    users = [p.name for p in SOURCE if any(i.split(".")[0] == "httpx" for i in imports(p))]
    assert users == ["wire.py"]


def test_no_file_outside_providers_names_a_provider():
    """Adding a provider is one file and one row, so nobody else may know its name."""
    names = [row.id for row in PROVIDERS if row.id != "practice"]
    word = re.compile(r"\b(" + "|".join(names) + r")\b", re.IGNORECASE)
    guilty = []
    for path in SOURCE:
        if "providers" in path.parts:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if word.search(node.value):
                    guilty.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            elif isinstance(node, ast.Name | ast.Attribute):
                name = node.id if isinstance(node, ast.Name) else node.attr
                if word.fullmatch(name):
                    guilty.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert guilty == [], guilty


def test_qt_never_opens_a_foreign_picture():
    """An 8 kB SVG named .png hangs Qt's readers for ever: only our own decoder may see foreign
    bytes.
    """
    banned = re.compile(
        r"QImageReader|QMovie|\.loadFromData\(|imageData\(\)|QPixmap\((?:str|path|file)|QImage\((?:str|path|file)"
    )
    guilty = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in SOURCE
        for found in banned.finditer(path.read_text(encoding="utf-8"))
        if "own pictures"
        not in path.read_text(encoding="utf-8")[found.start() : found.start() + 160]
    ]
    assert guilty == [], guilty


def test_every_thread_is_one_that_the_end_of_the_program_waits_for():
    """See `flux_studio.leaving`: a thread that nobody waits for can break the end."""
    makers = {
        path.name
        for path in SOURCE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) == "Thread"
    }
    assert makers == {"side_thread.py"}


def test_only_the_agreed_folders_stand_at_the_top():
    run = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if run.returncode:
        pytest.skip("not a git checkout: an unpacked sdist has no list of files")
    folders = {line.split("/")[0] for line in run.stdout.splitlines() if "/" in line}
    assert {f for f in folders if not f.startswith(".")} - UNREAL == TOP_LEVEL
