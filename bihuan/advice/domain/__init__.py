"""Advice: where somebody will land at this pace, and what would close the gap."""
