"""Operations on contracts: import, export, figures, search."""

from tasks_app.operations.contracts import registered as registered
