"""What is typed into forms and asked for in addresses; it checks form and never saves."""
