"""The statements that count what programs and exports take, each in one.

A counter is a row that every process shares; whoever counts reads it in the same statement. What
is taken of a day is added only where it still fits.
"""

from __future__ import annotations

BY_TOKEN = """
    SELECT token.id AS token, token.person_id AS person, tenant.allowance
    FROM org_apitoken token
    JOIN org_person person ON person.id = token.person_id
    JOIN org_tenant tenant ON tenant.id = person.tenant_id
    WHERE token.digest = %(digest)s AND token.revoked_at IS NULL
"""
BY_PERSON = """
    SELECT NULL::bigint AS token, %(person)s::bigint AS person, %(allowance)s::jsonb AS allowance
"""
COUNT = """
    WITH who AS ({who})
    INSERT INTO org_usage (person_id, token_id, meter, began_at, count)
    SELECT person, token, 'minute', %(minute)s::timestamptz, 1 FROM who WHERE token IS NOT NULL
    UNION ALL SELECT person, NULL, 'minute', %(minute)s::timestamptz, 1 FROM who
    UNION ALL SELECT person, token, 'requests', %(hour)s::timestamptz, 1 FROM who
    ON CONFLICT (person_id, token_id, meter, began_at) DO UPDATE SET count = org_usage.count + 1
    RETURNING token_id, meter, count, (SELECT allowance FROM who)
"""
TAKE = """
    INSERT INTO org_usage (person_id, token_id, meter, began_at, count)
    SELECT %(person)s, NULL, meter, %(day)s, amount
    FROM (VALUES ('files', 1::bigint, %(files)s::bigint), ('rows', %(taken)s, %(rows)s))
        AS said (meter, amount, most)
    WHERE amount <= most
    ON CONFLICT (person_id, token_id, meter, began_at) DO UPDATE
    SET count = org_usage.count + excluded.count
    WHERE org_usage.count + excluded.count
        <= CASE excluded.meter WHEN 'files' THEN %(files)s ELSE %(rows)s END
    RETURNING meter
"""
