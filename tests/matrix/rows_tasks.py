"""The lines of the matrix for tasks: by whose they are, who made them and who leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.base import clock
from tests.matrix.oracle import Oracle
from tests.matrix.walk import Judge, Row
from tests.matrix.world import World

API = "api/v1/inbox"
TASK = {"task_id": "task"}
NAMES = Oracle.has_to_do_with_a_task
UNITS = Oracle.is_unit_of_a_task
ADMIN = frozenset({"admin"})
SOON = f"{clock.today('Asia/Shanghai') + timedelta(days=2):%Y-%m-%d}"
FILE = SimpleUploadedFile("deals.csv", b"a,b\n1,2\n", "text/csv")
STEPS = {
    "kind": "",
    "counting": "working",
    "after-0": "2",
    **{f"deed-{number}": "copy" for number in range(6)},
}


def judge(rule: Callable[[Oracle, int, int], bool]) -> Judge:
    """Return the judge of a deed on a task by a rule of the oracle."""

    def judged(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
        return rule(oracle, person, objects["task_id"])

    return judged


def belongs(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A file is asked for by the task it was laid to."""
    return bool(oracle.task_files[objects["file_id"]]["task_id"] == objects["task_id"])


OWNER, MAKER = judge(Oracle.owns_task), judge(Oracle.made_task)
HANDS = judge(Oracle.hands_over)


def is_in_an_inbox(oracle: Oracle, person: int, other: int) -> bool:
    """An inbox names who has to do with one's tasks, and who wrote to one."""
    return NAMES(oracle, person, other) or oracle.speaks_in_an_inbox(person, other)


LISTS = tuple(
    Row(route, query=query, names=is_in_an_inbox)
    for route, query in (
        *(("inbox/", f"?which={which}") for which in ("mine", "team", "copied", "made", "done")),
        ("inbox/tasks/export.xlsx", "?which=team"),
        *((f"{API}/tasks", f"?which={which}") for which in ("mine", "team", "copied", "made")),
        (f"{API}/tasks", ""),
        ("inbox/tasks/new/", ""),
    )
)

SEEING = (
    Row("inbox/tasks/<int:task_id>/", about=TASK),
    Row(f"{API}/tasks/{{task_id}}", about=TASK),
    Row(f"{API}/tasks/{{task_id}}/read", "POST", about=TASK),
    Row("inbox/tasks/<int:task_id>/comment/", "POST", body={"text": "a"}, about=TASK, fine=(302,)),
    Row(f"{API}/tasks/{{task_id}}/comments", "POST", body={"text": "a"}, about=TASK),
    Row("inbox/tasks/<int:task_id>/files/", "POST", body={"file": FILE}, about=TASK, fine=(302,)),
    Row(f"{API}/tasks/{{task_id}}/files", "POST", body={"file": FILE}, is_form=True, about=TASK),
    *(
        Row(route, about={**TASK, "file_id": "task_file"}, also=belongs)
        for route in (
            "inbox/tasks/<int:task_id>/files/<int:file_id>/",
            f"{API}/tasks/{{task_id}}/files/{{file_id}}",
        )
    ),
)

WORK = (
    Row(
        "inbox/tasks/<int:task_id>/items/<int:place>/",
        "POST",
        fixed={"place": "1"},
        body={"checked": "1"},
        fine=(302,),
    ),
    Row(
        f"{API}/tasks/{{task_id}}/items/{{place}}",
        "POST",
        fixed={"place": "1"},
        body={"is_checked": True},
    ),
    Row("inbox/tasks/<int:task_id>/snooze/"),
    Row(
        "inbox/tasks/<int:task_id>/snooze/",
        "POST",
        body={"until": SOON, "reason": "r"},
        fine=(302,),
    ),
    Row(f"{API}/tasks/{{task_id}}/snooze", "POST", body={"until": SOON, "reason": "r"}),
    Row("inbox/tasks/<int:task_id>/wake/", "POST", fine=(302,)),
    Row(f"{API}/tasks/{{task_id}}/wake", "POST"),
    Row("inbox/tasks/<int:task_id>/done/"),
    Row(
        "inbox/tasks/<int:task_id>/done/",
        "POST",
        body={"outcome": "partly", "result": "r"},
        fine=(302,),
    ),
    Row(f"{API}/tasks/{{task_id}}/finish", "POST", body={"outcome": "partly", "result": "r"}),
    Row("inbox/tasks/<int:task_id>/reopen/", "POST", fine=(409,)),
    Row(f"{API}/tasks/{{task_id}}/reopen", "POST", fine=(409,)),
)

HANDED = {"to": "{colleague:mate}", "reason": "r"}
PASSING = (
    Row("inbox/tasks/<int:task_id>/hand-over/", may=HANDS),
    Row(
        "inbox/tasks/<int:task_id>/hand-over/",
        "POST",
        body=HANDED,
        may=HANDS,
        fine=(302,),
    ),
    Row(f"{API}/tasks/{{task_id}}/hand-over", "POST", body=HANDED, may=HANDS),
    Row("inbox/tasks/<int:task_id>/call-off/", may=MAKER),
    Row(
        "inbox/tasks/<int:task_id>/call-off/", "POST", body={"reason": "r"}, may=MAKER, fine=(302,)
    ),
    Row(f"{API}/tasks/{{task_id}}/call-off", "POST", body={"reason": "r"}, may=MAKER),
)

MADE = {"title": "t", "owner": "{led:mate}", "due_on": SOON, "key": 7}
MAKING = (
    Row("inbox/tasks/new/", "POST", body=MADE, fine=(302,)),
    Row(f"{API}/tasks", "POST", body=MADE, fine=(201,)),
)

SETTING = (
    Row("inbox/escalation/", roles=ADMIN),
    Row("inbox/escalation/edit/", roles=ADMIN),
    Row("inbox/escalation/edit/", "POST", roles=ADMIN, body=STEPS, fine=(302,)),
    Row("inbox/escalation/reset/", "POST", roles=ADMIN, fine=(302,)),
    Row(f"{API}/escalation", roles=ADMIN),
    Row(f"{API}/escalation", "PUT", roles=ADMIN, body={"kind": "", "steps": []}),
)

TASKS = (
    *LISTS,
    *(replace(row, names=NAMES, names_units=UNITS) for row in SEEING),
    *(replace(row, about=TASK, may=OWNER, names=NAMES, names_units=UNITS) for row in WORK),
    *(replace(row, about=TASK, names=NAMES, names_units=UNITS) for row in PASSING),
    *(replace(row, names=NAMES, names_units=UNITS) for row in MAKING),
    *SETTING,
)
