"""The vault: values that can be read only with two keys, one of which can be destroyed.

    master key      outside the database: a file of the home, or the environment
    data key        one of each subject, wrapped by the master key, a row
    value           sealed by the data key, bound to its subject and field
    blind index     HMAC of a value by a key of the company: found, never read

Whoever destroys a data key has destroyed what it sealed, in every copy of the
database that is without that row.
"""

from __future__ import annotations

from bihuan.privacy.vault.cipher import (
    Sealed,
    VaultBroken,
    blind,
    new_key,
    open_,
    seal,
    unwrap,
    wrap,
)
from bihuan.privacy.vault.master import (
    MasterKeyMissing,
    MasterKeys,
    MasterKeyUnusable,
    add_master_key,
    master_keys,
    retire_old_keys,
)

__all__ = [
    "MasterKeyMissing",
    "MasterKeyUnusable",
    "MasterKeys",
    "Sealed",
    "VaultBroken",
    "add_master_key",
    "blind",
    "master_keys",
    "new_key",
    "open_",
    "retire_old_keys",
    "seal",
    "unwrap",
    "wrap",
]
