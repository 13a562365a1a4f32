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
    password_changed,
    renew_password,
    reopen_login,
    set_preferences,
    shut_login,
    sign_out,
)
from bihuan.org.actions.people import (
    LastAdmin,
    deactivate_person,
    forget_person,
    put_people,
    put_person,
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
from bihuan.org.actions.sessions import (
    SessionInUse,
    SessionMissing,
    end_other_sessions,
    end_session,
    end_sessions_of,
)
from bihuan.org.actions.sharing import share, take_back
from bihuan.org.actions.signing_in import (
    factor_changed,
    login_by_provider,
    needs_factor,
    put_provider,
    reset_factors,
    set_second_factor,
)
from bihuan.org.actions.tenants import CurrencyFixed, found_tenant, robot_of, root_of, set_tenant
from bihuan.org.actions.tokens import (
    TokenIsPersonal,
    TokenOver,
    make_token,
    revoke_token,
    token_in_use,
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
    "ParentElsewhere",
    "PersonCodeTaken",
    "PersonHasNoLogin",
    "ProgramHasNoLogin",
    "Seat",
    "SeatTaken",
    "SessionInUse",
    "SessionMissing",
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
    "deactivate_person",
    "discard_job",
    "end_assignment",
    "end_delegation",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "factor_changed",
    "forget_person",
    "found_tenant",
    "lend",
    "login_by_provider",
    "make_token",
    "move_person",
    "needs_factor",
    "open_login",
    "password_changed",
    "place_people",
    "put_people",
    "put_person",
    "put_provider",
    "put_unit",
    "renew_password",
    "reopen_login",
    "reset_factors",
    "retry_job",
    "revoke_token",
    "robot_of",
    "root_of",
    "set_preferences",
    "set_second_factor",
    "set_tenant",
    "share",
    "shut_login",
    "sign_out",
    "start_due_jobs",
    "take_back",
    "token_in_use",
    "use_token",
]
