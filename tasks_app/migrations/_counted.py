"""The triggers that keep count of the tasks.

Each change of a task's status, owner or operation leaves its difference; inserts and
deletes of many rows leave one for each group, on PostgreSQL. SQLite drops triggers when
Django rebuilds a table, so a migration that alters Task runs `count_again`; a test
notices when it does not.
"""

COLUMNS = "(scope, owner_id, operation, status, number)"
POSTGRESQL = f"""
CREATE FUNCTION tasks_app_count_tasks() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO tasks_app_taskcount {COLUMNS} VALUES
            ('change', OLD.owner_id, OLD.operation, OLD.status, -1),
            ('change', NEW.owner_id, NEW.operation, NEW.status, 1);
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO tasks_app_taskcount {COLUMNS}
            SELECT 'change', owner_id, operation, status, count(*)
            FROM added GROUP BY owner_id, operation, status;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO tasks_app_taskcount {COLUMNS}
            SELECT 'change', owner_id, operation, status, -count(*)
            FROM removed GROUP BY owner_id, operation, status;
    ELSE
        DELETE FROM tasks_app_taskcount;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER tasks_app_task_count_added
    AFTER INSERT ON tasks_app_task REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION tasks_app_count_tasks();
CREATE TRIGGER tasks_app_task_count_removed
    AFTER DELETE ON tasks_app_task REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION tasks_app_count_tasks();
CREATE TRIGGER tasks_app_task_count_moved
    AFTER UPDATE OF status, owner_id, operation ON tasks_app_task
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status
        OR OLD.owner_id IS DISTINCT FROM NEW.owner_id
        OR OLD.operation IS DISTINCT FROM NEW.operation)
    EXECUTE FUNCTION tasks_app_count_tasks();
CREATE TRIGGER tasks_app_task_count_emptied
    AFTER TRUNCATE ON tasks_app_task
    FOR EACH STATEMENT EXECUTE FUNCTION tasks_app_count_tasks();
"""
POSTGRESQL_BACK = """
DROP TRIGGER tasks_app_task_count_added ON tasks_app_task;
DROP TRIGGER tasks_app_task_count_removed ON tasks_app_task;
DROP TRIGGER tasks_app_task_count_moved ON tasks_app_task;
DROP TRIGGER tasks_app_task_count_emptied ON tasks_app_task;
DROP FUNCTION tasks_app_count_tasks();
"""
OLD = "('change', OLD.owner_id, OLD.operation, OLD.status, -1)"
NEW = "('change', NEW.owner_id, NEW.operation, NEW.status, 1)"
SQLITE = (
    f"""
CREATE TRIGGER tasks_app_task_count_added AFTER INSERT ON tasks_app_task
BEGIN
    INSERT INTO tasks_app_taskcount {COLUMNS} VALUES {NEW};
END
""",
    # Without tasks there is nothing to count, whichever table was emptied first. As long
    # as there are some, the range is empty: a condition would be put to every row.
    f"""
CREATE TRIGGER tasks_app_task_count_removed AFTER DELETE ON tasks_app_task
BEGIN
    INSERT INTO tasks_app_taskcount {COLUMNS} VALUES {OLD};
    DELETE FROM tasks_app_taskcount WHERE id <= CASE
        WHEN EXISTS (SELECT 1 FROM tasks_app_task) THEN 0 ELSE 9223372036854775807 END;
END
""",
    f"""
CREATE TRIGGER tasks_app_task_count_moved
AFTER UPDATE OF status, owner_id, operation ON tasks_app_task
WHEN OLD.status IS NOT NEW.status OR OLD.owner_id IS NOT NEW.owner_id
    OR OLD.operation IS NOT NEW.operation
BEGIN
    INSERT INTO tasks_app_taskcount {COLUMNS} VALUES {OLD}, {NEW};
END
""",
)
SQLITE_BACK = tuple(
    f"DROP TRIGGER tasks_app_task_count_{name}" for name in ("added", "removed", "moved")
)
FILL = (
    f"INSERT INTO tasks_app_taskcount {COLUMNS}"
    " SELECT 'change', owner_id, operation, status, count(*) FROM tasks_app_task"
    " GROUP BY owner_id, operation, status"
)


def count(apps, schema_editor):
    """Make the triggers, then count what is there: they keep writers out meanwhile."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL statement_timeout = 0")
        schema_editor.execute(POSTGRESQL, params=None)
    else:
        count_again(apps, schema_editor)
    schema_editor.execute(FILL)


def count_again(apps, schema_editor):
    """Make the triggers that SQLite lost; PostgreSQL keeps its own."""
    if schema_editor.connection.vendor == "sqlite":
        for trigger in SQLITE:
            schema_editor.execute(trigger, params=None)


def stop(apps, schema_editor):
    """Drop the triggers."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK, params=None)
        return
    for trigger in SQLITE_BACK:
        schema_editor.execute(trigger, params=None)
