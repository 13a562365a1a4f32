"""Webhooks: what other systems are told, how it is signed, and how long it is tried."""
