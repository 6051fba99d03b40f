"""The triggers that keep the history append-only.

PostgreSQL: UPDATE is refused, and so is DELETE unless the transaction prunes.
SQLite: UPDATE is refused. SQLite drops triggers when Django rebuilds a table, so a
migration that alters TaskEvent runs `guard` again; a test notices when it does not.
"""

POSTGRESQL = """
CREATE FUNCTION tasks_app_history_is_append_only() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('sightline.pruning', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The history of tasks is append-only: % refused.', TG_OP;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER tasks_app_taskevent_append_only
    BEFORE UPDATE OR DELETE ON tasks_app_taskevent
    FOR EACH ROW EXECUTE FUNCTION tasks_app_history_is_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER tasks_app_taskevent_append_only ON tasks_app_taskevent;
DROP FUNCTION tasks_app_history_is_append_only();
"""
SQLITE = """
CREATE TRIGGER tasks_app_taskevent_append_only BEFORE UPDATE ON tasks_app_taskevent
BEGIN
    SELECT RAISE(ABORT, 'The history of tasks is append-only: UPDATE refused.');
END
"""
SQLITE_BACK = "DROP TRIGGER tasks_app_taskevent_append_only"


def guard(apps, schema_editor):
    """Make the triggers."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL if postgresql else SQLITE, params=None)


def unguard(apps, schema_editor):
    """Drop the triggers."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL_BACK if postgresql else SQLITE_BACK, params=None)


def guard_again(apps, schema_editor):
    """Make the trigger that SQLite lost; PostgreSQL keeps its own."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE, params=None)


def nothing(apps, schema_editor):
    """Back: the rebuilt table loses its trigger anyway."""
