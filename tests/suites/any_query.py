"""Random queries and mutations, written by schemathesis from the live schema: no 5xx, and no error that is not masked.

    random.py http://127.0.0.1:8080/graphql        with TOKEN in the environment; EXAMPLES says how many for each field

Every root field is asked so many times. A failing example is made small and printed. The same examples each time.
"""
import os
import sys

import graphql
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.graphql import nodes

ADDRESS = sys.argv[1]
EXAMPLES = int(os.environ.get("EXAMPLES", "4"))
HEADERS = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
# It would end the session that asks.
LEFT_OUT = {"signOut"}

INSTANT = st.datetimes().map(lambda at: at.isoformat() + "Z")
POUNDS = st.decimals(0, 10**9, places=2, allow_nan=False)
BIG = st.integers(-(2**63), 2**63 - 1)
VARIABLES = st.dictionaries(st.sampled_from(["first", "id", "on"]), st.text("abc", max_size=4))


def object_of(given):
    """An object in the query's own text."""
    members = given.items()
    return nodes.Object([graphql.ObjectFieldNode(name=graphql.NameNode(value=name), value=nodes.String(text)) for name, text in members])


schemathesis.graphql.scalar("Date", st.dates().map(str).map(nodes.String))
schemathesis.graphql.scalar("DateTime", INSTANT.map(nodes.String))
schemathesis.graphql.scalar("Money", POUNDS.map(str).map(nodes.String))
schemathesis.graphql.scalar("BigInt", BIG.map(nodes.Int))
schemathesis.graphql.scalar("JSON", st.one_of(VARIABLES.map(object_of), BIG.map(nodes.Int)))


def masked(response):
    """Every error has a code of ours that is no surprise, and an id to quote."""
    assert response.status_code < 500, response.status_code
    for error in response.json().get("errors", []):
        extensions = error.get("extensions") or {}
        assert extensions.get("code", "INTERNAL") != "INTERNAL", error
        assert extensions.get("requestId"), error


def holds(operation):
    quiet = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )

    @quiet
    @given(case=operation.as_strategy())
    def every(case):
        masked(case.call(headers=HEADERS))

    try:
        every()
    except AssertionError as failure:
        print(f"{operation.label}: {failure}\n" + "\n".join(getattr(failure, "__notes__", [])))
        return False
    return True


schema = schemathesis.graphql.from_url(ADDRESS, headers=HEADERS)
operations = [result.ok() for result in schema.get_all_operations()]
operations = [operation for operation in operations if operation.definition.field_name not in LEFT_OUT]
passed = sum(holds(operation) for operation in operations)
print(f"{passed} of {len(operations)}")
sys.exit(passed < len(operations))
