"""The tables of the visit forms. Columns of one kind are written as lists of their names."""

from collections.abc import Iterable, Iterator
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

Column = tuple[str, "models.Field[Any, Any]"]
MISSING = [("NOT DONE", "Not done"), ("NOT APPLICABLE", "Not applicable"), ("UNKNOWN", "Unknown")]
HAQ_ITEMS = {1: 2, 2: 2, 3: 3, 4: 2, 5: 3, 6: 2, 7: 3, 8: 3}
MUSCLES = ("DELT", "BICE", "WRIS", "GMAX", "GMED", "QUAD", "ANKL")
SIGNS = ("ERY", "SCA", "ULC", "POI", "CAL")


def number() -> "models.Field[Any, Any]":
    return models.DecimalField(blank=True, decimal_places=10, max_digits=24, null=True)


def text(length: int = 40) -> "models.Field[Any, Any]":
    return models.CharField(blank=True, default="", max_length=length)


def day() -> "models.Field[Any, Any]":
    return models.DateField(blank=True, null=True)


def missing(names: Iterable[str]) -> Iterator[Column]:
    """The columns that say why a value is missing."""
    for name in names:
        yield f"{name}_ND", models.CharField(blank=True, choices=MISSING, default="", max_length=14)


def table(name: str, columns: dict[str, "models.Field[Any, Any]"], asked: Iterable[str]) -> Any:
    """A form's table: its values, and of those that are asked why they are missing."""
    record = models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT,
        primary_key=True,
        related_name="+",
        serialize=False,
        to="crf.record",
    )
    fields = [("record", record), *columns.items(), *missing(asked)]
    return migrations.CreateModel(name=name, fields=fields, options={"abstract": False})


SCALES = ("PHGA", "PTGA", "EXMGA")
RATINGS = ("MMRC", "COUGHNRS", "FATIGNRS", "ITCHNRS", "PAINNRS")
SYSTEMS = ("PESKIN", "PELUNG", "PEHEART", "PEABD", "PEMSK", "PEOTH")
POINTS = ("MMTNECK", *(f"MMT{muscle}{side}" for muscle in MUSCLES for side in "RL"))
ITEMS = tuple(f"HAQ{place:02}{item:02}" for place, items in HAQ_ITEMS.items() for item in range(1, items + 1))
AIDS = tuple(f"HAQ{place:02}AID" for place in HAQ_ITEMS)
PLACES = tuple(f"CD{place:02}{sign}" for place in range(1, 16) for sign in SIGNS)
SCORES = ("CDHNDERY", "CDHNDULC", "CDHNDDAM", "CDPERIUN", "CDALOPEC", *PLACES)


class Migration(migrations.Migration):
    dependencies = [("crf", "0005_events"), ("visits", "0006_safety")]

    operations = [
        table("UnscheduledVisit", {"UNREAS": text()}, ()),
        table(
            "PhysicalExamination",
            {"PEDTC": day(), **{name: text() for name in SYSTEMS}, "PEDESC": text(500)},
            ("PEDTC",),
        ),
        table(
            "Symptoms",
            {"SYDTC": day(), **{name: number() for name in RATINGS}, "FEVER": text()},
            ("SYDTC", *RATINGS, "FEVER"),
        ),
        table(
            "CoreSet",
            {
                "IMDTC": day(),
                **{name: number() for name in SCALES},
                **{f"{name}_ORRES": text() for name in SCALES},
                **{f"{name}_ORRESU": text(20) for name in SCALES},
            },
            ("IMDTC", *SCALES),
        ),
        table(
            "MuscleTest",
            {"MMTDTC": day(), **{name: number() for name in POINTS}, "MMT8TOT": number()},
            ("MMTDTC", *POINTS),
        ),
        table(
            "HealthQuestionnaire",
            {
                "HAQDTC": day(),
                "HAQDI": number(),
                **{name: number() for name in ITEMS},
                **{name: text() for name in AIDS},
            },
            ("HAQDTC", *ITEMS, *AIDS),
        ),
        table(
            "SkinIndex",
            {
                "CDDTC": day(),
                "CDHNDPAP": text(),
                "CDASIACT": number(),
                "CDASIDAM": number(),
                **{name: number() for name in SCORES},
            },
            ("CDDTC", "CDHNDPAP", *SCORES),
        ),
        table(
            "EndOfStudy",
            {"DSDECOD": text(), "DSSTDTC": day(), "EOTDTC": day(), "LASTDOSE": day()},
            ("DSSTDTC", "EOTDTC", "LASTDOSE"),
        ),
    ]
