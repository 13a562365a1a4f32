"""Everything that can happen to tenants, units, people, seats, logins and tokens."""

from __future__ import annotations

from bihuan.org.actions.backups import BackupNotYours, BackupUnderWay, ask_for_backup
from bihuan.org.actions.delegating import end_delegation, lend
from bihuan.org.actions.jobs import discard_job, retry_job, start_due_jobs
from bihuan.org.actions.logins import (
    PersonHasNoLogin,
    ProgramHasNoLogin,
    UsernameTaken,
    open_login,
    open_own_login,
    renew_password,
    set_preferences,
    sign_out,
)
from bihuan.org.actions.people import LastAdmin, deactivate_person, put_people, put_person
from bihuan.org.actions.plans import (
    NoTrial,
    begin_trial,
    end_trial,
    extend_trial,
    plan_named,
    put_plan,
    require_operator,
    require_room_for_bytes,
    require_room_for_people,
    subscribe,
)
from bihuan.org.actions.seats import (
    AlreadyThere,
    MoveTooEarly,
    PersonCodeTaken,
    add_person,
    assign,
    end_assignment,
    move_person,
    place_people,
)
from bihuan.org.actions.sharing import share, take_back
from bihuan.org.actions.tenants import CurrencyFixed, found_tenant, robot_of, root_of, set_tenant
from bihuan.org.actions.tokens import (
    TokenIsPersonal,
    TokenOver,
    make_token,
    revoke_token,
    use_token,
)
from bihuan.org.actions.units import (
    ParentElsewhere,
    UnitCodeTaken,
    UnitTooDeep,
    UnitUnderItself,
    add_unit,
    put_unit,
)
from bihuan.org.domain.assignment import BEGINNING, Seat, SeatTaken

__all__ = [
    "BEGINNING",
    "AlreadyThere",
    "BackupNotYours",
    "BackupUnderWay",
    "CurrencyFixed",
    "LastAdmin",
    "MoveTooEarly",
    "NoTrial",
    "ParentElsewhere",
    "PersonCodeTaken",
    "PersonHasNoLogin",
    "ProgramHasNoLogin",
    "Seat",
    "SeatTaken",
    "TokenIsPersonal",
    "TokenOver",
    "UnitCodeTaken",
    "UnitTooDeep",
    "UnitUnderItself",
    "UsernameTaken",
    "add_person",
    "add_unit",
    "ask_for_backup",
    "assign",
    "begin_trial",
    "deactivate_person",
    "discard_job",
    "end_assignment",
    "end_delegation",
    "end_trial",
    "extend_trial",
    "found_tenant",
    "lend",
    "make_token",
    "move_person",
    "open_login",
    "open_own_login",
    "place_people",
    "plan_named",
    "put_people",
    "put_person",
    "put_plan",
    "put_unit",
    "renew_password",
    "require_operator",
    "require_room_for_bytes",
    "require_room_for_people",
    "retry_job",
    "revoke_token",
    "robot_of",
    "root_of",
    "set_preferences",
    "set_tenant",
    "share",
    "sign_out",
    "start_due_jobs",
    "subscribe",
    "take_back",
    "use_token",
]
