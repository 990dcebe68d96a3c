"""Which folders lie on a network, as the mount table says."""

from __future__ import annotations

import sys

import pytest

from alice_core.library.watch.hints import Hints
from alice_core.library.watch.lookout import Lookout
from alice_core.library.watch.mounts import (
    Mount,
    mount_of,
    mount_table,
    network_below,
    network_reason,
    parse_mounts,
)

TABLE = rb"""/dev/sda1 / ext4 rw 0 0
server:/films /mnt/films nfs4 rw,vers=4.2 0 0
//nas/share /mnt/my\040share cifs rw 0 0
me@host:/ /srv/remote fuse.sshfs rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs 0 0
pool /mnt/pool fuse.mergerfs rw 0 0
/dev/sdb1 /mnt/ntfs fuseblk rw 0 0
tmpfs /mnt/films/cache tmpfs rw 0 0
/dev/sdc1 /mnt/films/cache ext4 rw 0 0
broken line
"""


def test_the_table_is_read_with_its_escapes_and_what_hides_what():
    mounts = parse_mounts(TABLE)
    assert Mount("/mnt/my share", "cifs") in mounts
    assert [one.system for one in mounts if one.folder == "/mnt/films/cache"] == ["ext4"]
    assert len(mounts) == 8


@pytest.mark.parametrize(
    ("path", "folder", "network"),
    [
        ("/mnt/films/a", "/mnt/films", True),
        ("/mnt/films", "/mnt/films", True),
        ("/mnt/filmset", "/", False),
        ("/mnt/films/cache/x", "/mnt/films/cache", False),
        ("/mnt/my share/x", "/mnt/my share", True),
        ("/srv/remote/x", "/srv/remote", True),
        ("/mnt/c/Users", "/mnt/c", True),
        ("/mnt/pool/x", "/mnt/pool", False),
        ("/mnt/ntfs/x", "/mnt/ntfs", False),
    ],
)
def test_a_path_lies_in_the_deepest_mount(path, folder, network):
    found = mount_of(path, parse_mounts(TABLE))
    assert (found.folder, found.is_network) == (folder, network)


def test_network_mounts_inside_a_folder_are_named():
    mounts = parse_mounts(TABLE)
    assert {one.folder for one in network_below("/mnt", mounts)} == {"/mnt/films", "/mnt/my share", "/mnt/c"}
    assert network_below("/mnt/films", mounts) == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows is asked another way")
def test_the_reason_names_the_file_system(tmp_path):
    (tmp_path / "deep").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "deep")
    mounts = (Mount("/", "ext4"), Mount(str(tmp_path.resolve() / "deep"), "nfs"))
    assert network_reason(str(link), mounts) == "it is on a network (nfs)"
    assert network_reason(str(tmp_path), mounts) is None
    assert network_reason("/", ()) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this table")
def test_this_machine_has_a_root():
    assert any(one.folder == "/" for one in parse_mounts(mount_table()))


@pytest.mark.skipif(sys.platform != "linux", reason="the mount table of Linux")
def test_a_network_folder_is_polled_and_said_so(tmp_path, monkeypatch):
    inner = tmp_path / "near" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "far").mkdir()
    lines = [f"a {tmp_path}/far nfs rw 0 0", f"b {inner} cifs rw 0 0", "c / ext4 rw 0 0"]
    monkeypatch.setattr("alice_core.library.watch.lookout.mount_table", lambda: "\n".join(lines).encode())
    lookout = Lookout(Hints(), tmp_path / "home")
    roots = [tmp_path / "far", tmp_path / "near"]
    lookout.open(roots)
    assert lookout.polled == {str(roots[0]): "it is on a network (nfs)", str(inner): "it is on a network (cifs)"}
    assert not lookout.changed(roots)
    (tmp_path / "far").rmdir()
    assert lookout.changed(roots)
    lines.pop(0)
    assert lookout.changed(roots)
    lookout.close()
    lookout.close()
