"""Contracts that nobody signed, as many as wanted, for tests of scale."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Final

FIRST_YEAR: Final = 2016
YEARS: Final = 10
DIRECTORATES: Final = (
    *("Canberra Health Services", "Education Directorate", "ACT Government"),
    *("Transport Canberra and City Services", "Infrastructure Canberra"),
    '"Treasury, Revenue and Economic Development Directorate"',
)
WORK: Final = (
    *("Maintenance", "Supply", "Design", "Cleaning", "Refurbishment", "Audit"),
    *("Construction", "Leasing", "Training", "Consultancy", "Monitoring", "Repair"),
)
THINGS: Final = (
    *("school buildings", "surgical products", "playgrounds", "bridges", "buses"),
    *("software licences", "street lights", "parks", "laboratories", "libraries"),
    *("stormwater drains", "meals", "vehicles", "theatres", "footpaths", "cafés"),
)
PLACES: Final = (
    *("Belconnen", "Gungahlin", "Tuggeranong", "Woden", "Dickson", "Molonglo"),
    *("Kambah", "Weston Creek", "Jervis Bay", "Hume", "Mitchell", "Fyshwick"),
)
FIRMS: Final = 4_000


def write_contracts(path: Path, rows: int, *, seed: int = 1) -> Path:
    """Write so many contracts of ten years to `path`; the same for the same seed."""
    chance = random.Random(seed)
    days = [
        (dt.date(FIRST_YEAR, 1, 1) + dt.timedelta(days=day)).isoformat()
        for day in range(YEARS * 365)
    ]
    firms = [
        f"{chance.choice(PLACES)} {chance.choice(WORK)} {number} Pty Ltd"
        for number in range(FIRMS)
    ]
    pick = chance.random
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "contract_number,procurement_unique_id,title,directorate,contract_type,"
            "slj_initiative,status,execution_date,expiry_date,amount,suppliers,"
            "details_url,has_attachments\n"
        )
        for number in range(rows):
            begin = int(pick() * (len(days) - 400))
            work = WORK[int(pick() * len(WORK))]
            thing = THINGS[int(pick() * len(THINGS))]
            place = PLACES[int(pick() * len(PLACES))]
            file.write(
                f"PO{number:07},PIED{number % 90_000:07},{work} of {thing} in {place},"
                f"{DIRECTORATES[int(pick() * len(DIRECTORATES))]},Contract,No,"
                f"{'Current' if pick() < 0.7 else 'Expired'},{days[begin]},"
                f"{days[begin + 300]},{pick() ** 6 * 5_000_000:.2f},"
                f"{firms[int(pick() ** 2 * FIRMS)]},"
                f"https://tenders.example/contract/view?id={number},False\n"
            )
    return path
