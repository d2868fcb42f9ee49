"""Random queries from the live schema: no 5xx, and no error that is not masked. Run by hand; it takes minutes.

    pip install schemathesis
    SCHEMATHESIS_HOOKS=schemathesis_hooks schemathesis run http://127.0.0.1:8080/graphql \
        -H "Authorization: Bearer $(node sign-in.mjs http://127.0.0.1:8080)" \
        --phases fuzzing --checks masked --max-examples 200 --exclude-name Mutation.signOut
"""
import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

INSTANT = st.datetimes().map(lambda at: at.isoformat() + "Z")
POUNDS = st.decimals(0, 10**9, places=2, allow_nan=False)
BIG = st.integers(-(2**63), 2**63 - 1)

schemathesis.graphql.scalar("Date", st.dates().map(str).map(nodes.String))
schemathesis.graphql.scalar("DateTime", INSTANT.map(nodes.String))
schemathesis.graphql.scalar("Money", POUNDS.map(str).map(nodes.String))
schemathesis.graphql.scalar("BigInt", BIG.map(nodes.Int))


@schemathesis.check
def masked(_, response, __):
    """Every error has a code of ours that is no surprise, and an id to quote."""
    assert response.status_code < 500, response.status_code
    for error in response.json().get("errors", []):
        extensions = error.get("extensions") or {}
        assert extensions.get("code", "INTERNAL") != "INTERNAL", error
        assert extensions.get("requestId"), error
