"""Role: what a person does in the company, held for a time in a unit.

A role says what an assignment opens. A manager sees the unit and everything
under it; a rep or a store clerk sees their own rows; an HRBP sees the figures
of the units served; a quality officer and an admin see the whole tenant; an
integration is a program that brings facts.

>>> Role.MANAGER in SEES_UNIT, Role.REP in SEES_UNIT
(True, False)
>>> Role.QUALITY_OFFICER in SEES_TENANT
True
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    REP = "rep"
    MANAGER = "manager"
    CLERK = "clerk"
    HRBP = "hrbp"
    QUALITY_OFFICER = "quality_officer"
    ADMIN = "admin"
    INTEGRATION = "integration"


SELLING = frozenset({Role.REP, Role.MANAGER, Role.CLERK})
"""Roles whose facts count somewhere: the seat they are held in earns the figures."""

SEES_UNIT = frozenset({Role.MANAGER, Role.HRBP})
"""Roles that open a unit and everything under it."""

SEES_TENANT = frozenset({Role.QUALITY_OFFICER, Role.ADMIN})
"""Roles that open every row of the tenant."""
