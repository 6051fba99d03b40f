"""Names of static files in production."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashes the names of JavaScript modules too, inside each other's imports.

    Django rewrites only imports that end in `;` and start with `.` or `/`.
    """

    support_js_module_import_aggregation = True
