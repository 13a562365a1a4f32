"""The permission matrix: every route, every role, every object, against an oracle of its own."""
