"""Before the server changes tables it copies the data; without changes it does nothing of it."""

import pytest

from tests.server.process import Database, ServeProcess

from .ground import Ground

pytestmark = pytest.mark.timeout(300)  # the first of them makes the tables


def test_a_start_that_changes_tables_copies_the_data_first_and_the_next_one_does_not(ground: Ground):
    assert ground.manage("migrate", "sharing", "zero").returncode == 0
    with ServeProcess(database=ground.database) as server:
        server.wait_for_line(r"The data as they were: \S+ \(")
        assert server.output.index("The data as they were") < server.output.index("Preparing the database")
        (copy,) = ground.copies()
        server.stop()
        server.start()
        server.stop()
    assert ground.copies() == [copy]
    [(action, subject)] = ground.peek.rows(
        "SELECT action, subject_key FROM audit_entry WHERE action LIKE ?", "upkeep.%"
    )
    assert (action, subject) == ("upkeep.backup", copy.name)
    # And it is a way back: the version before knows its tables.
    assert ground.manage("restore", str(copy), "--yes").returncode == 0


def test_it_can_be_switched_off(ground: Ground):
    assert ground.manage("migrate", "sharing", "zero").returncode == 0
    with ServeProcess(database=ground.database, env={"BACKUP_BEFORE_MIGRATION": "false"}) as server:
        server.stop()
    assert ground.copies() == []


def test_a_first_start_has_nothing_to_copy():
    database = Database(empty=True)
    try:
        with ServeProcess(database=database) as server:
            server.stop()
        assert not (database.data_dir / "backups").exists()
    finally:
        database.close()


def test_a_copy_that_cannot_be_made_stops_the_start_before_anything_is_changed(ground: Ground):
    assert ground.manage("migrate", "sharing", "zero").returncode == 0
    (ground.database.data_dir / "file").write_text("")
    nowhere = str(ground.database.data_dir / "file" / "copies")
    server = ServeProcess(database=ground.database, env={"BACKUP_DIR": nowhere})
    try:
        assert server.run_to_end() == 1
        assert "BACKUP_BEFORE_MIGRATION" in server.output
    finally:
        server.close()
    assert "sharing_share" not in ground.rows()
