"""The calls by which reporters work."""

from __future__ import annotations

from typing import Any, Final

from tasks_app.api import reporting
from tasks_app.api.schema import shapes

from .call import JSON, Answer, Call

TAGS: Final = {"Reporters": "Do the work of external operations, in any language."}
ONE: Final = "/api/v1/tasks/{id}/"
LEASE: Final[Any] = Answer("The task, and how long it is yours.", shapes.LeaseShape)
FILE: Final = Answer(
    "The file.",
    {"title": "The file"},
    media="*/*",
    headers=("Content-Disposition",),
)

CALLS: Final = (
    Call(
        f"POST {ONE}claim/",
        "claim_task",
        "Claim a task",
        {
            200: Answer(
                "The task, with the proof that it is yours.",
                shapes.ClaimShape,
                links=("download_upload",),
                proofs=("renew_lease", "report_on_task"),
            )
        },
        tag="Reporters",
        text="For whoever is first. `GET /api/v1/tasks/?claimable=1` lists what waits.",
        body={JSON: reporting.ClaimSerializer},
        problems=(409,),
    ),
    Call(
        f"POST {ONE}renew/",
        "renew_lease",
        "Renew a lease",
        {200: LEASE},
        tag="Reporters",
        text="`cancel_requested` and `pause_requested` ask to stop.",
        body={JSON: reporting.ProofSerializer},
        problems=(409,),
    ),
    Call(
        f"PATCH {ONE}",
        "report_on_task",
        "Report how it goes",
        {200: LEASE},
        tag="Reporters",
        text="The report is written whole or not at all, and renews the lease.",
        body={JSON: reporting.ReportSerializer},
        problems=(409,),
    ),
    Call(
        f"GET {ONE}upload/",
        "download_upload",
        "Download the file that was given to a task",
        {200: FILE},
        tag="Reporters",
    ),
    Call(
        f"POST {ONE}artifacts/",
        "attach_artifact",
        "Hand in a file",
        {201: LEASE},
        tag="Reporters",
        text="It takes the place of an artifact of that name.",
        body={"multipart/form-data": reporting.ArtifactSerializer},
        problems=(409,),
    ),
)
