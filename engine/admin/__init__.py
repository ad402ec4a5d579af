"""The staff's view of accounts, sessions, browsers, snapshots, selectors and spent quota."""

from engine.admin import accounts, permits, selectors, sessions, snapshots

__all__ = ["accounts", "permits", "selectors", "sessions", "snapshots"]
