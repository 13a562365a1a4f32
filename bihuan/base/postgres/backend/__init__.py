"""Django's backend of PostgreSQL, whose connections begin where the wall lets them stand."""
