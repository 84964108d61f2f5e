from __future__ import annotations

import codecs
import contextlib
import errno
import fcntl
import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import IO

import pyoxigraph as ox
import pytest

from yuanhui_kg.errors import DataError, StoreDamagedError, StoreError, StoreLockedError
from yuanhui_kg.store import Followed, StoreFolder, StoreReader, load_file, memory_store
from yuanhui_kg.turtle import canonical

ONE = "<https://a.example/s> <https://a.example/p> <https://a.example/o> .\n"
TWO = ONE + "<https://a.example/s> <https://a.example/p> 2 .\n"
MALFORMED = ONE + "\n<https://a.example/s> <https://a.example/p> .\n"


def write(folder: Path, text: str, name: str = "data.ttl") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> StoreFolder:
    """A store on disk that holds one triple."""
    made = StoreFolder(tmp_path / "store")
    made.create([write(tmp_path, ONE, "first.ttl")])
    return made


def load(folder: StoreFolder, *paths: Path) -> None:
    folder.write(lambda store: [load_file(store, path) for path in paths])


def size(folder: StoreFolder) -> int:
    generation = folder.read()
    try:
        return len(generation.open())
    finally:
        generation.close()


def other_process(code: str, *arguments: str) -> subprocess.Popen[str]:
    """A process that runs ``code``, with a pipe to and from it."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_store_in_memory_holds_the_files_in_its_default_graph(tmp_path: Path) -> None:
    store = memory_store([write(tmp_path, ONE), write(tmp_path, TWO, "more.ttl")])
    assert len(store) == 2
    assert list(store.named_graphs()) == []


def test_a_malformed_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, MALFORMED)
    with pytest.raises(DataError) as caught:
        memory_store([path])
    assert caught.value.message.startswith(f"{path}, line 3: ")


@pytest.mark.parametrize("name", ["data.nt", "data.nq", "data.trig", "data.n3"])
def test_every_line_based_syntax_names_the_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="line 3: "):
        memory_store([write(tmp_path, MALFORMED, name)])


def test_a_term_that_the_parser_does_not_take_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, f'<http://e/s> <http://e/p> "{"x" * 2**25}" .')
    with pytest.raises(DataError, match="longer than 16 MiB"):
        memory_store([path])
    with pytest.raises(DataError, match="longer than 16 MiB"):
        canonical(path.read_bytes(), path.name)


def test_malformed_xml_and_json_name_the_file(tmp_path: Path) -> None:
    for name, text in (("data.rdf", "<rdf:RDF"), ("data.jsonld", '{"@id": ')):
        path = write(tmp_path, text, name)
        with pytest.raises(DataError) as caught:
            memory_store([path])
        assert str(path) in caught.value.message


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    for name, write in (
        ("a.ttl", Path.write_bytes),
        ("a.ttl.gz", lambda path, data: path.write_bytes(gzip.compress(data))),
    ):
        write(tmp_path / name, codecs.BOM_UTF8 + TWO.encode())
        assert load_file(ox.Store(), tmp_path / name) == 2
    (tmp_path / "empty.ttl").write_bytes(b"")
    assert load_file(ox.Store(), tmp_path / "empty.ttl") == 0


def test_a_compressed_file_is_unpacked_and_a_damaged_one_told(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl.gz"
    path.write_bytes(gzip.compress(TWO.encode()))
    assert len(memory_store([path])) == 2
    path.write_bytes(gzip.compress(TWO.encode() * 1000)[:-20])
    with pytest.raises(DataError, match=r"data\.ttl\.gz"):
        memory_store([path])


def test_a_file_that_is_not_there_or_of_no_known_syntax_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        memory_store([tmp_path / "absent.ttl"])
    with pytest.raises(DataError, match="names no RDF syntax"):
        memory_store([write(tmp_path, ONE, "data.dat")])
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        memory_store([tmp_path / "folder.ttl"])


def test_a_file_can_go_into_a_named_graph(tmp_path: Path) -> None:
    store = ox.Store()
    assert load_file(store, write(tmp_path, TWO), graph="https://a.example/g") == 2
    assert [graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)] == ["https://a.example/g"]
    with pytest.raises(DataError):
        load_file(store, write(tmp_path, TWO), graph="no iri")


def test_values_are_bound_as_terms_when_reading(tmp_path: Path) -> None:
    reader = StoreReader(memory_store([write(tmp_path, TWO)]))
    value = ox.Literal("2", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    assert [row[0].value for row in reader.select("SELECT ?s ?o WHERE { ?s ?p ?o }", {"o": value})] == [
        "https://a.example/s"
    ]
    assert list(reader.select("SELECT ?s ?o WHERE { ?s ?p ?o }", {"o": ox.Literal("2")})) == []


# --- folders ----------------------------------------------------------------------------------------------------------


def test_a_folder_is_made_read_and_written(folder: StoreFolder, tmp_path: Path) -> None:
    assert folder.exists
    assert size(folder) == 1
    load(folder, write(tmp_path, TWO))
    assert size(folder) == 2
    assert size(StoreFolder(folder.path)) == 2


def test_a_reader_keeps_its_generation_while_another_is_written(folder: StoreFolder, tmp_path: Path) -> None:
    before = folder.read()
    store = before.open()
    load(folder, write(tmp_path, TWO))
    after = folder.read()
    try:
        assert len(store) == len(before.open()) == 1
        assert len(after.open()) == 2
        assert before.version != after.version
    finally:
        before.close()
        after.close()


def test_a_folder_that_cannot_be_written_can_be_read(folder: StoreFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a disk that is mounted read only."""

    def opened(path: Path, mode: str = "r", *rest: object) -> object:
        if "a" in mode:
            raise OSError(errno.EROFS, "Read-only file system")
        return open(path, mode)

    monkeypatch.setattr("yuanhui_kg.store.open", opened, raising=False)
    with contextlib.closing(folder.read()) as generation:
        assert len(generation.open()) > 0


def test_opening_a_generation_does_not_change_its_version(folder: StoreFolder) -> None:
    generation = folder.read()
    try:
        before = generation.version
        assert len(generation.open()) == 1
        assert generation.version == before
    finally:
        generation.close()


def test_a_written_generation_does_not_share_what_it_changes_with_the_one_before(
    folder: StoreFolder, tmp_path: Path
) -> None:
    before = folder.read()
    try:
        for number in range(3):
            load(folder, write(tmp_path, ONE.replace("/o", f"/o{number}")))
        folder.write(ox.Store.clear)
        assert len(before.open()) == 1
    finally:
        before.close()
    assert size(folder) == 0


def test_generations_that_nobody_reads_are_removed(folder: StoreFolder) -> None:
    for _ in range(3):
        folder.write(len)
    assert [path.name for path in folder.path.glob("generation-*") if path.is_dir()] == ["generation-000004"]


def test_a_failed_load_changes_nothing(folder: StoreFolder, tmp_path: Path) -> None:
    names = sorted(path.name for path in folder.path.iterdir())
    with pytest.raises(DataError, match="line 3"):
        load(folder, write(tmp_path, TWO), write(tmp_path, MALFORMED, "bad.ttl"))
    assert size(folder) == 1
    assert sorted(path.name for path in folder.path.iterdir()) == sorted([*names, "generation-000002.lock"])
    load(folder, write(tmp_path, TWO))
    assert size(folder) == 2


def test_a_folder_whose_first_load_fails_holds_no_store_and_can_be_made_again(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path / "store")
    with pytest.raises(DataError, match="line 3"):
        folder.create([write(tmp_path, MALFORMED)])
    assert not StoreFolder(folder.path).exists
    assert not [path for path in folder.path.glob("generation-*") if path.is_dir()]
    with pytest.raises(StoreError, match="holds no store"):
        folder.read()
    folder.create([write(tmp_path, TWO)])
    assert size(folder) == 2


def test_a_folder_without_a_store_starts_with_the_files_given(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path / "store")
    with pytest.raises(StoreError, match="holds no store"):
        folder.write(len)
    assert folder.write(len, new=[write(tmp_path, TWO)]) == 2
    assert folder.write(len, new=[write(tmp_path, ONE, "unused.ttl")]) == 2


@pytest.mark.parametrize("damage", ["cut", "zeroed", "changed", "removed"])
@pytest.mark.parametrize("files", ["*.log", "MANIFEST-*", "CURRENT", "*.sst"])
def test_a_changed_file_is_named_before_it_is_believed(folder: StoreFolder, damage: str, files: str) -> None:
    """The engine takes a log that is cut for the end of the changes: a store lost some and said nothing."""
    with folder.writing([]) as live:
        live.store.update("INSERT DATA { <http://example.org/s> <http://example.org/p> 1 }")
        live.commit()
    with contextlib.closing(folder.read()) as generation:
        generation.verify()
        paths = [path for path in generation.path.glob(files) if path.stat().st_size]
        if damage == "changed" and files == "*.sst":
            return  # told by the engine when it reads them
        assert paths
        for path in paths:
            data = path.read_bytes()
            path.unlink()
            if damage != "removed":
                path.write_bytes(
                    {"cut": data[:-1], "zeroed": bytes(len(data) - 1), "changed": data[:-9] + b"!" + data[-8:]}[damage]
                )
        # The tables are the engine's to look at.
        with pytest.raises(StoreDamagedError, match=str(paths[0].parent)):
            (generation.open if files == "*.sst" else generation.verify)()
    with pytest.raises(StoreDamagedError):
        folder.write(len)


def test_a_table_that_the_engine_was_still_writing_is_nobodys_and_may_grow(folder: StoreFolder) -> None:
    """It was noted with its size of that moment, and the store was called damaged at the next start: nobody could write."""
    with folder.writing([]) as live:
        live.store.update("INSERT DATA { <http://example.org/s> <http://example.org/p> 1 }")
        half = folder.path / "writing" / "999999.sst"
        half.write_bytes(b"half of a")
        live.commit()
        with half.open("ab") as table:
            table.write(b" table")
        before = len(live.store)
    with contextlib.closing(folder.read()) as generation:
        generation.verify()
        assert (generation.path / half.name).exists()
        assert len(generation.open()) == before
    assert folder.write(len) == before


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Corruption: block checksum mismatch: stored = 1, computed = 2", StoreDamagedError),
        ("IO error: While lock file: /x/LOCK: Resource temporarily unavailable", StoreLockedError),
    ],
)
def test_a_damaged_block_is_not_taken_for_a_lock(
    folder: StoreFolder, monkeypatch: pytest.MonkeyPatch, said: str, kind: type[StoreError]
) -> None:
    def refuse(_: str) -> None:
        raise OSError(said)

    monkeypatch.setattr("yuanhui_kg.store.ox", SimpleNamespace(Store=SimpleNamespace(read_only=refuse)))
    with contextlib.closing(folder.read()) as generation, pytest.raises(kind):
        generation.open()


def test_generations_whose_pointer_is_lost_are_not_thrown_away(folder: StoreFolder) -> None:
    """A new store was made in their place, and they were removed as leftovers."""
    there = {path.name for path in folder.path.iterdir()}
    folder.pointer.unlink()
    for begin in (lambda: folder.create([]), lambda: folder.write(len, []), lambda: folder.writing([]).__enter__()):
        with pytest.raises(StoreDamagedError, match="generation-000001 is there"):
            begin()
    assert {path.name for path in folder.path.iterdir()} == there - {"current"}
    folder.pointer.write_text("generation-000001\n", encoding="utf-8")
    with contextlib.closing(folder.read()) as generation:
        assert len(generation.open()) > 0


def test_a_store_whose_making_was_killed_is_made_anew(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path / "store")
    folder.create([])
    folder.pointer.unlink()
    (folder.path / "creating").touch()
    folder.create([])
    assert folder.exists
    assert not (folder.path / "creating").exists()


def test_a_failed_first_load_leaves_nothing_behind(tmp_path: Path) -> None:
    """A folder stayed that was said to hold no store, and in which nobody could tell what there was."""
    there = tmp_path / "there"
    there.mkdir()
    malformed = write(tmp_path, MALFORMED)
    before = sorted(tmp_path.iterdir())
    for path in (tmp_path / "new", tmp_path / "in" / "new", there):
        with pytest.raises(DataError, match="line 3"):
            StoreFolder(path).write(lambda store: load_file(store, malformed), new=())
        assert sorted(tmp_path.iterdir()) == before
        assert not list(there.iterdir())


def test_what_another_put_into_a_folder_is_not_removed_with_a_failed_store(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path / "new")

    def change(_: ox.Store) -> None:
        (folder.path / "other.txt").touch()
        raise DataError("It fails.")

    with pytest.raises(DataError):
        folder.write(change, new=())
    assert [path.name for path in folder.path.iterdir()] == ["other.txt"]


def test_a_failed_change_may_be_kept_in_an_exception_without_harm(folder: StoreFolder, tmp_path: Path) -> None:
    kept = []
    for _ in range(2):
        with pytest.raises(DataError) as caught:
            load(folder, write(tmp_path, MALFORMED))
        kept.append(caught)  # its traceback holds the database open
    load(folder, write(tmp_path, TWO))
    assert size(folder) == 2
    assert len(kept) == 2


def test_a_store_is_not_made_over_another(folder: StoreFolder) -> None:
    with pytest.raises(StoreError, match="holds a store already"):
        folder.create([])
    assert size(folder) == 1


def test_a_file_or_a_foreign_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a file"):
        StoreFolder(write(tmp_path, ONE))
    with pytest.raises(StoreError, match="holds no yuanhui-kg store"):
        StoreFolder(tmp_path)


# --- damage -----------------------------------------------------------------------------------------------------------


def in_force(folder: StoreFolder) -> Path:
    return folder.path / (folder.path / "current").read_text().strip()


@pytest.mark.parametrize("content", [b"", b"generation-0", b"generation-999999\n", b"../elsewhere\n", b"\xff\xfe\n"])
def test_a_damaged_pointer_is_called_damage(folder: StoreFolder, content: bytes) -> None:
    (folder.path / "current").write_bytes(content)
    with pytest.raises(StoreDamagedError, match="current"):
        folder.read()
    with pytest.raises(StoreDamagedError, match="current"):
        folder.write(len)


@pytest.mark.parametrize("content", ["", "{}", "[1]", "junk"])
def test_a_damaged_marker_is_called_damage(folder: StoreFolder, content: str) -> None:
    (folder.path / "yuanhui-kg-store.json").write_text(content)
    with pytest.raises(StoreDamagedError, match=r"yuanhui-kg-store\.json"):
        StoreFolder(folder.path)


def test_a_store_of_another_format_is_not_touched(folder: StoreFolder) -> None:
    (folder.path / "yuanhui-kg-store.json").write_text('{"format": 99}')
    with pytest.raises(StoreError, match="format 99"):
        StoreFolder(folder.path)


def _without_files(pattern: str) -> object:
    def damage(generation: Path) -> None:
        victims = list(generation.glob(pattern))
        assert victims
        for path in victims:
            path.unlink()

    return damage


def _junk_in(pattern: str) -> object:
    def damage(generation: Path) -> None:
        victims = list(generation.glob(pattern))
        assert victims
        for path in victims:
            path.write_bytes(b"junk" * 100)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        _without_files("*.sst"),
        _without_files("MANIFEST-*"),
        _without_files("CURRENT"),
        _junk_in("MANIFEST-*"),
        _junk_in("CURRENT"),
        _junk_in("*.sst"),
    ],
    ids=["no tables", "no manifest", "no CURRENT", "junk manifest", "junk CURRENT", "junk tables"],
)
def test_a_damaged_database_is_called_damage(folder: StoreFolder, damage: object) -> None:
    assert callable(damage)
    damage(in_force(folder))
    with pytest.raises(StoreDamagedError, match="restore a backup"):
        size(folder)


# --- other processes --------------------------------------------------------------------------------------------------

_WRITER = """
import sys
from pathlib import Path
from yuanhui_kg.store import StoreFolder, load_file

def change(store):
    load_file(store, Path(sys.argv[2]))
    print("writing", flush=True)
    sys.stdin.readline()

StoreFolder(Path(sys.argv[1])).write(change)
"""


@pytest.fixture
def writer(folder: StoreFolder, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a load."""
    process = other_process(_WRITER, str(folder.path), str(write(tmp_path, TWO, "theirs.ttl")))
    with process:
        assert process.stdout
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_who_writes(folder: StoreFolder, writer: subprocess.Popen[str]) -> None:
    with pytest.raises(StoreLockedError, match=f"written by process {writer.pid}"):
        folder.write(len)
    assert size(folder) == 1  # readers go on meanwhile
    writer.communicate("\n")
    assert writer.returncode == 0
    assert size(folder) == 2


def test_a_writer_killed_in_the_middle_leaves_what_was_there(
    folder: StoreFolder, writer: subprocess.Popen[str], tmp_path: Path
) -> None:
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    assert size(folder) == 1
    load(folder, write(tmp_path, TWO))
    assert size(folder) == 2
    assert len([path for path in folder.path.glob("generation-*") if path.is_dir()]) == 1


def test_a_generation_read_by_another_process_is_not_removed(folder: StoreFolder) -> None:
    code = """
import sys
from pathlib import Path
from yuanhui_kg.store import StoreFolder
generation = StoreFolder(Path(sys.argv[1])).read()
print("reading", flush=True)
sys.stdin.readline()
print(len(generation.open()), flush=True)
"""
    with other_process(code, str(folder.path)) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == "reading\n"
        held = in_force(folder)
        folder.write(ox.Store.clear)
        assert held.is_dir()
        assert reader.communicate("\n")[0] == "1\n"
    folder.write(len)
    assert not held.exists()


# --- a writer that stays ----------------------------------------------------------------------------------------------


def insert(store: ox.Store, number: int) -> None:
    store.update(f"INSERT DATA {{ <https://a.example/s> <https://a.example/n> {number} }}")


def test_each_commit_of_a_writer_that_stays_is_a_generation(folder: StoreFolder) -> None:
    before = folder.read()
    with folder.writing([]) as live:
        for number in range(3):
            insert(live.store, number)
            assert size(folder) == 1 + number
            live.commit()
            assert size(folder) == 2 + number
        assert len(before.open()) == 1
    before.close()
    assert size(folder) == 4


def test_what_a_writer_that_stays_throws_away_is_not_there(folder: StoreFolder) -> None:
    with folder.writing([]) as live:
        insert(live.store, 1)
        live.discard()
        assert len(live.store) == 1
        insert(live.store, 2)
        live.commit()
    assert size(folder) == 2
    assert not (folder.path / "writing").exists()


def test_many_commits_and_the_engines_own_work_between_them_lose_nothing(folder: StoreFolder) -> None:
    with folder.writing([]) as live:
        for number in range(60):
            insert(live.store, number)
            live.store.update(
                f'INSERT DATA {{ <https://a.example/s> <https://a.example/long> "{number}{"x" * 50_000}" }}'
            )
            live.commit()  # every twentieth makes tables of the log
            if number % 20 == 0:
                live.store.optimize()
    assert size(folder) == 121


def test_a_replaced_file_is_followed_even_where_its_inode_and_times_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("0")
    followed = Followed(path)
    stamp = path.stat().st_mtime_ns
    for number in range(200):
        other = tmp_path / "other"
        other.write_text(str(number))
        os.utime(other, ns=(stamp, stamp))
        other.replace(path)
        assert followed.text() == followed.text() == str(number)


def test_a_lock_that_another_process_removed_meanwhile_locks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between opening it and locking it; a third process would hold the one that is there now."""
    held = fcntl.flock

    def removed(file: IO[str], operation: int) -> None:
        (tmp_path / "store" / "lock").unlink()
        held(file, operation)

    monkeypatch.setattr("yuanhui_kg.store.fcntl.flock", removed)
    with pytest.raises(StoreLockedError, match="removed by another process"):
        StoreFolder(tmp_path / "store").write(lambda store: load_file(store, write(tmp_path, ONE)))
