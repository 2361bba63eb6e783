"""The ledgers of a fleet: named by paths, folders, patterns and URLs, and downloaded if they are not on this machine.

A folder means the `*.ledger` files in it, as does a URL of one; a pattern (`*`, `?`, `[…]`) means the files that it matches.
URLs are those of fsspec: `s3://bucket/prefix/*.ledger`, `gs://…`, `https://…`; each scheme may need another package.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from glob import glob, has_magic
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import frozen

from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError, Unquoted
from neuron_ledger.ledger.receipt import Progress

ENDING: Final = ".ledger"
_CHUNK: Final = 4 << 20
_BESIDE: Final = ("-wal", ".head")
"""Companion files of a ledger: entries that are not in the file yet, and the acknowledged head."""


class CannotFetch(NeuronLedgerError, ValueError):
    """A remote ledger cannot be found, or not be read completely; the message says why."""


@frozen
class Place:
    """Where a ledger is. name: for people. path: its file on this machine; None if it must be downloaded."""

    name: str
    path: Path | None

    @property
    def file_name(self) -> str:
        """What its file is called."""
        return (self.path or Path(self.name)).name or "fetched.ledger"


@frozen
class Fleet:
    """The ledgers that were named, in order, each once. is_one: whether exactly one was named, as itself."""

    places: tuple[Place, ...]
    is_one: bool


def fleet(given: Iterable[str | os.PathLike[str]]) -> Fleet:
    """The ledgers with these names. A path that is neither a folder nor a pattern is taken as it is, even if nothing is there.

    Raises: FieldError for a folder or a pattern without any; CannotFetch if those at a URL cannot be listed.
    """
    names = [os.fspath(one) for one in given]
    found: dict[str, Place] = {}
    for name in names:
        for place in _at_url(name) if "://" in name else _here(name):
            found.setdefault(place.name if place.path is None else os.path.realpath(place.path), place)
    places = tuple(found.values())
    return Fleet(places, len(names) == len(places) == 1 and places[0].name == names[0])


@contextmanager
def fetched(place: Place, progress: Progress | None = None) -> Iterator[Path]:
    """A ledger's file: in its place, or a copy that is deleted afterwards.

    progress: called with the downloaded bytes and their total (0 if unknown). Raises: CannotFetch.
    """
    if place.path is not None:
        yield place.path
        return
    with TemporaryDirectory(prefix="neuron-ledger-") as folder:
        path = Path(folder) / place.file_name
        with _faults_named(place.name):
            files, remote = _file_system(place.name)
            _copy(files, remote, path, progress)
            for ending in _BESIDE:
                if files.exists(remote + ending):
                    _copy(files, remote + ending, path.with_name(path.name + ending), None)
        yield path


def size(place: Place) -> int:
    """How many bytes a ledger's file has; 1 if unknown."""
    try:
        if place.path is not None:
            return max(place.path.stat().st_size, 1)
        files, remote = _file_system(place.name)
        return max(files.size(remote) or 1, 1)
    except Exception:  # any error of any scheme: reading the ledger raises it again, and reports it
        return 1


def _here(name: str) -> list[Place]:
    path = Path(name)
    if path.is_dir():
        paths = sorted(path.glob(f"*{ENDING}"))
        kind = f"a folder with ledgers (*{ENDING}) in it"
    elif has_magic(name) and not path.exists():
        paths = [Path(one) for one in sorted(glob(name, recursive=True))]  # noqa: PTH207 - absolute ones too
        kind = "a pattern that matches some file"
    else:
        return [Place(name, path)]
    if not paths:
        raise FieldError("LEDGER", kind, name)
    return [Place(str(one), one) for one in paths]


def _at_url(url: str) -> list[Place]:
    with _faults_named(url):
        files, remote = _file_system(url)
        is_local = "file" in _protocols(files)
        if has_magic(remote):
            names = sorted(files.glob(remote))
        elif not remote.endswith(ENDING) and files.isdir(remote):  # over HTTP, this would read the whole file
            names = sorted(files.glob(f"{remote.rstrip('/')}/*{ENDING}"))
        else:
            return [Place(url, Path(remote) if is_local else None)]
        found = [Place(files.unstrip_protocol(name), Path(name) if is_local else None) for name in names]
    if not found:
        raise FieldError("LEDGER", f"a URL with ledgers (*{ENDING})", url)
    return found


def _file_system(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise CannotFetch("ledgers at URLs need fsspec: pip install 'neuron-ledger[cluster]'") from None
    files, remote = url_to_fs(url)
    return files, remote


def _protocols(files: Any) -> tuple[str, ...]:
    return (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)


@contextmanager
def _faults_named(url: str) -> Iterator[None]:
    """Whatever a scheme raises, as one error that names the URL."""
    try:
        yield
    except NeuronLedgerError:
        raise
    except FileNotFoundError:
        raise CannotFetch(f"{url}: there is no such file") from None
    except Exception as error:
        raise CannotFetch(f"{url}: {error or type(error).__name__}") from error


def _copy(files: Any, remote: str, path: Path, progress: Progress | None) -> None:
    """Copy a file as it is now: refuse one that is too large for the disk, has an unexpected length, or changes meanwhile."""
    files.invalidate_cache()
    before, length = files.ukey(remote), files.size(remote)
    room = shutil.disk_usage(path.parent).free
    if length is not None and length > room:
        raise FieldError(
            remote, f"a file for which {path.parent} has room ({room:,} bytes; TMPDIR names another)", Unquoted(f"{length:,}")
        )
    done = 0
    whole = {"block_size": 0} if "http" in _protocols(files) else {}  # as a stream: not every server supports ranges
    with files.open(remote, "rb", **whole) as source, path.open("wb") as target:
        while chunk := source.read(_CHUNK):
            done += len(chunk)
            if done > (room if length is None else length):
                raise CannotFetch(f"{remote}: more bytes arrived than the expected {length or room:,}")
            target.write(chunk)
            if progress is not None:
                progress(done, length or 0)
    files.invalidate_cache()
    if (length is not None and done != length) or files.ukey(remote) != before:
        raise CannotFetch(f"{remote} was changed while it was fetched; try again when nobody writes to it")
