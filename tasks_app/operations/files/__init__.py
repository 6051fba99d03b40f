"""Operations on files that people upload."""

from tasks_app.operations.files import process as process  # registers the operation
