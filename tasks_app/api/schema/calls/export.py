"""The list as a file."""

from __future__ import annotations

from typing import Final

from tasks_app.api.schema import shapes

from .call import JSON, Answer, Call, narrowing
from .tasks import FILTERS, ORDERING, ROOT

TAGS: Final[dict[str, str]] = {}  # it is one of the tasks' own
CALLS: Final = (
    Call(
        f"GET {ROOT}export/",
        "export_tasks",
        "Download the list",
        {
            200: Answer(
                "All that match, as a file; one that breaks off is not whole.",
                {"type": "string"},
                media="text/csv",
                headers=("Content-Disposition",),
                others={JSON: shapes.ListedTaskShape(many=True)},
            )
        },
        tag="Tasks",
        text="With the filters and orderings of the list. The JSON is an array of the"
        " tasks as the list has them. In CSV an apostrophe is put before a text that a"
        " spreadsheet would calculate.",
        query=(
            narrowing("format", {"enum": ["csv", "json"]}, "`csv` else."),
            *(part for part in FILTERS if part["name"] != "claimable"),
            ORDERING,
        ),
        problems=(406,),
    ),
)
