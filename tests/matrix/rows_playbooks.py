"""The lines of the matrix for playbooks: what is published for all, packs for whom they are."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World
from tests.matrix.world_plays import FILE

PLAY, PACK = {"play_id": "play"}, {"pack_id": "pack"}
API = "api/v1/playbooks"
WRITERS = frozenset({"manager", "hrbp", "quality_officer", "admin"})
ADMIN = frozenset({"admin"})
OWNS = Oracle.looks_after_a_play
TEXT = {"title_zh": "n"}
SHEET = SimpleUploadedFile("n.md", b"---\nkind: case\ntitle_zh: n\n---\n", "text/markdown")
FIRST = {"position": "1"}


def changes(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A play is changed by its owner and by administrators."""
    return oracle.changes_play(person, objects["play_id"])


def uses(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """What was done with a pack is said by whom it was handed to."""
    return bool(oracle.packs[objects["pack_id"]]["person_id"] == person)


LISTS = tuple(
    Row(route, query=query, names=OWNS)
    for route, query in (
        ("playbooks/", ""),
        ("playbooks/", "?q=zq&kind=case"),
        ("playbooks/", "?standing=draft"),
        ("playbooks/", "?standing=retired"),
        ("playbooks/export.xlsx", "?standing=library"),
        ("playbooks/export.xlsx", "?standing=retired"),
        ("playbooks/effect/", ""),
        ("playbooks/effect/export.xlsx", ""),
        ("playbooks/packs/", ""),
        ("playbooks/packs/", "?whose=mine"),
        ("playbooks/packs/export.xlsx", ""),
        ("playbooks/bundle.zip", ""),
        (f"{API}/plays", ""),
        (f"{API}/plays", "?standing=draft&limit=500"),
        (f"{API}/packs", ""),
        (f"{API}/effect", ""),
        (f"{API}/bundle", ""),
    )
)

READING = (
    *(
        Row(route, about=PLAY, names=OWNS)
        for route in (
            "playbooks/plays/<int:play_id>/",
            "playbooks/plays/<int:play_id>/versions/",
            f"{API}/plays/{{play_id}}",
        )
    ),
    Row("playbooks/plays/<int:play_id>/", query="?version=1", about=PLAY, names=OWNS),
    Row(
        "playbooks/plays/<int:play_id>/files/<str:digest>/",
        about=PLAY,
        fixed={"digest": FILE.digest},
    ),
    Row("playbooks/packs/<int:pack_id>/", about=PACK),
    Row(f"{API}/packs/{{pack_id}}", about=PACK),
)

WRITING = (
    Row("playbooks/plays/add/", roles=WRITERS),
    Row("playbooks/plays/add/", "POST", roles=WRITERS, body={**TEXT, "kind": "case"}, fine=(302,)),
    Row("playbooks/plays/preview/", "POST", body={"body_zh": "n"}),
    Row(f"{API}/plays", "POST", roles=WRITERS, body={**TEXT, "kind": "case"}, fine=(201,)),
    *(
        Row(route, method, about=PLAY, may=changes, body=body, fine=fine, names=OWNS)
        for route, method, body, fine in (
            ("playbooks/plays/<int:play_id>/change/", "GET", {}, (200,)),
            ("playbooks/plays/<int:play_id>/change/", "POST", {**TEXT, "base": 1}, (302, 409)),
            ("playbooks/plays/<int:play_id>/publish/", "POST", {"number": 1}, (302,)),
            ("playbooks/plays/<int:play_id>/retire/", "POST", {}, (302,)),
            ("playbooks/plays/<int:play_id>/restore/", "POST", {}, (302,)),
            (f"{API}/plays/{{play_id}}", "PUT", {**TEXT, "base": 1}, (200, 409)),
            (f"{API}/plays/{{play_id}}/publish", "POST", {"number": 1}, (200,)),
            (f"{API}/plays/{{play_id}}/retire", "POST", {}, (200,)),
            (f"{API}/plays/{{play_id}}/restore", "POST", {}, (200,)),
        )
    ),
    *(
        Row(
            "playbooks/plays/<int:play_id>/give/",
            method,
            about=PLAY,
            roles=ADMIN,
            body={"person": "nobody"},
            fine=fine,
            names=OWNS,
        )
        for method, fine in (("GET", (200,)), ("POST", (422,)))
    ),
    Row("playbooks/bundle/", roles=ADMIN),
    Row("playbooks/bundle/", "POST", roles=ADMIN, body={"file": SHEET}, fine=(302,)),
    Row(f"{API}/bundle", "POST", roles=ADMIN, body={"file": SHEET}, is_form=True),
)

USING = tuple(
    Row(route, "POST", about=PACK, fixed=FIRST, may=uses, body={"helpful": said}, fine=fine)
    for deed in ("open", "use", "rate")
    for route, said, fine in (
        (f"playbooks/packs/<int:pack_id>/<int:position>/{deed}/", "yes", (302,)),
        (f"{API}/packs/{{pack_id}}/{{position}}/{deed}", True, (200,)),
    )
)

PLAYBOOKS = (*LISTS, *READING, *WRITING, *USING)
