"""Everything that says which accounts are one customer, and which are not."""

from __future__ import annotations

from bihuan.customers.actions.merging import merge_accounts, unmerge
from bihuan.customers.actions.telling_apart import keep_apart, withdraw
from bihuan.customers.actions.uscc import set_uscc

__all__ = ["keep_apart", "merge_accounts", "set_uscc", "unmerge", "withdraw"]
