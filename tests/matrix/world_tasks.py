"""Tasks of both companies, with everything that people add to one."""

from __future__ import annotations

from datetime import timedelta

from bihuan.inbox import actions
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.evidence import Line, seen
from bihuan.inbox.domain.sentence import plain
from bihuan.inbox.domain.task import TaskDraft
from tests.matrix.canary import phone, word
from tests.matrix.world import World

GIVEN = (
    ("rep", "head", ()),
    ("deep", "admin", ()),
    ("neighbour", "admin", ("hrbp",)),
    ("manager", "manager", ()),
    ("their rep", "stranger", ()),
)
"""Who is given a task, by whom, and who sees a copy."""


def give_tasks(world: World) -> None:
    for number, (name, by, copies) in enumerate(GIVEN):
        give(world, name, name, by=by, number=number, copies=copies)
    for kind in ("task", "task_file"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))


def give(
    world: World, who: str, name: str, *, by: str, number: int, copies: tuple[str, ...] = ()
) -> None:
    """Give somebody a task, with a remark and a file to it."""
    owner, maker = world.people[who], world.people[by]
    words = {part: word(part, "task", name) for part in ("title", "body", "seen", "point", "said")}
    line = Line(name=plain(words["seen"]), value=plain(words["seen"]))
    draft = TaskDraft(
        kind="inbox.own",
        about=About("matrix.task", number),
        title=plain(words["title"]),
        body=(plain(words["body"]),),
        due_on=world.today + timedelta(days=5),
        seen=seen([line]),
        checklist=(plain(words["point"]),),
        copies=tuple(world.people[each].pk for each in copies),
    )
    task = actions.assign_task(draft=draft, owner=owner, by=maker)
    assert task is not None
    number_said = phone(3_000_000 + number)
    actions.comment(task=task, text=f"{words['said']}，电话 {number_said}", by=maker)
    file = actions.attach(
        task=task,
        name=f"{word('file', name)}.txt",
        content=word("content", name).encode(),
        by=maker,
    )
    world.know("task", name, task.pk)
    world.know("task_file", name, file.pk)
    files = (word("file", name), word("content", name))
    world.aviary.text("task", task.pk, *words.values(), *files)
    world.aviary.text("task_secret", task.pk, number_said)
