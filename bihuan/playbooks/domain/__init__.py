"""Playbooks: scripts, cases, checklists and templates for what people are about to do."""
