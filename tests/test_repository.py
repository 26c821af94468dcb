"""What holds for the repository as a whole: pure judgement, clean locks, a wheel and an image that hold everything."""

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PURE = sys.stdlib_module_names | {"atesaki", "msgspec", "idna", "publicsuffixlist", "re2"}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_judgement_imports_only_what_the_design_allows() -> None:
    """A new third-party package in the judgement is a decision, not an accident."""
    modules = sorted((ROOT / "backend/atesaki/judgement").rglob("*.py"))
    imports = {(path.name, name) for path in modules for name in _imports(path)}
    assert {(path, name) for path, name in imports if name.split(".")[0] not in PURE} == set()


def test_everything_that_is_imported_is_declared() -> None:
    """What is only there because something else needs it can vanish with the next release of that."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["parquet"]]
    declared = {re.split(r"[\[>=]", text)[0] for text in wanted} | {"atesaki"}
    imports = {_top(name) for path in (ROOT / "backend").rglob("*.py") for name in _imports(path)}
    packages = importlib.metadata.packages_distributions()
    used = {_normal(package) for name in imports - sys.stdlib_module_names for package in packages.get(name, [name])}
    assert used - declared == set()


def _top(module: str) -> str:
    """Return the name under which a module is installed; many packages of Google share the folder `google`."""
    if module.startswith(("google.auth", "google.oauth2")):
        return "google-auth"
    return module.split(".", maxsplit=1)[0]


def _normal(package: str) -> str:
    """Return the name of a package as PEP 503 spells it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def test_judgement_asks_for_no_time() -> None:
    """The time is a fact that comes in as a value; a judgement that read the clock could not be repeated."""
    clock = re.compile(r"\b(datetime|date|dt\.datetime|dt\.date)\.(now|utcnow|today)\(")
    modules = sorted((ROOT / "backend/atesaki/judgement").rglob("*.py"))
    assert [path.name for path in modules if clock.search(path.read_text())] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"])
def test_lock_holds_only_names_versions_and_hashes(name: str) -> None:
    """A lock names no registry and no path, so that it works wherever packages come from."""
    line = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,-]+\])?==[^\s;]+( ; [^/:]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = (ROOT / name).read_text().splitlines()
    assert [text for text in lines if not line.fullmatch(text)] == []


def test_lock_of_developers_holds_the_lock_of_servers() -> None:
    """What is tested is what is served."""
    pins = [_pins(ROOT / name) for name in ("requirements.lock", "requirements-dev.lock")]
    assert pins[0] <= pins[1]


def _pins(path: Path) -> set[str]:
    return {line for line in path.read_text().splitlines() if "==" in line}


def test_everything_that_the_image_copies_exists() -> None:
    """A renamed folder breaks here, not in somebody's build."""
    sources = _copied()
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_image_is_built_with_every_file_that_a_checkout_has() -> None:
    """What isn't copied is missing from its wheel without a word: a what-if then tried no incident at all."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["data-files"]
    wanted = [pattern for patterns in data.values() for pattern in patterns]
    copied = (*_copied(), "manifest/dist/")
    assert [pattern for pattern in wanted if not pattern.startswith(copied)] == []
    let_in = tuple(line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!"))
    assert [source for source in _copied() if not source.startswith(let_in)] == []


def test_compose_gives_its_port_to_this_machine_alone() -> None:
    """Docker's rules stand before the firewall's, so a port on all interfaces is open to everybody, in plain http."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports == ["${ATESAKI_PUBLISH:-127.0.0.1}:8765:8765"] * 2


def _copied() -> list[str]:
    """Return what the Dockerfile copies from the checkout."""
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    return [source for copy in copies for source in copy.split()]


def test_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    """Templates, migrations, data files and the shipped policies are there after `pip install`."""
    with zipfile.ZipFile(_build_wheel(tmp_path)) as wheel:
        held = {Path(name).name for name in wheel.namelist()}
    tracked = _tracked("backend/atesaki", "policies")
    assert {str(path) for path in tracked if path.name not in held} == set()


def _build_wheel(folder: Path) -> Path:
    """Build from a copy of what git knows, since setuptools leaves files where it builds."""
    for path in _tracked("pyproject.toml", "README.md", "LICENSE", "backend", "policies"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    build = "import setuptools.build_meta; setuptools.build_meta.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=folder, check=True, capture_output=True)
    return next(folder.glob("dist/*.whl"))


def _tracked(*paths: str) -> list[Path]:
    """Return the files that git knows and that are still there."""
    listed = subprocess.run(["git", "ls-files", "-z", *paths], cwd=ROOT, check=True, capture_output=True, text=True)
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]
