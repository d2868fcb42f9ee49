"""Reads from the server as an analyst's notebook does: the block of docs/notebook.md, and every form of the same rows."""

import io
import os
import pathlib
import re
import sys

import pandas
import requests

url, token = sys.argv[1], os.environ["TOKEN"]
page = pathlib.Path(__file__).parents[2] / "docs" / "notebook.md"
block = re.search(r"```python\n(.*?)```", page.read_text(), re.DOTALL).group(1)
names = {"url": url, "token": token}
exec(block, names)
placements, query = names["placements"], names["query"]

done, wanted = 0, 0


def check(what, holds):
    global done, wanted
    wanted += 1
    done += bool(holds)
    print(f"{'ok' if holds else 'NOT'}  {what}")


def ask(form, text=query):
    headers = {"Authorization": f"Bearer {token}", "Accept": form}
    answer = requests.post(f"{url}/graphql", json={"query": text}, headers=headers, timeout=120)
    answer.raise_for_status()
    return answer


total = ask("application/json", "{ placements { totalCount } }").json()["data"]["placements"]["totalCount"]
check(f"the page's block gives every placement: {total}", len(placements) == total > 100)
check("its columns are the query's fields", list(placements.columns) == ["startsOn", "state", "weeklyMinutes", "provider_name", "onRollSchool_name"])
check("dates are dates and numbers numbers", hasattr(placements["startsOn"].dropna().iloc[0], "year") and placements["weeklyMinutes"].dtype.kind in "iuf")
csv = ask("text/csv")
table = pandas.read_csv(io.BytesIO(csv.content), encoding="utf-8-sig", parse_dates=["startsOn"])
check("CSV has the same rows", len(table) == total and table["provider_name"].equals(placements["provider_name"].astype(table["provider_name"].dtype)))
check("the answer says how many", csv.headers["waymark-rows"] == str(total))
check("and is a download with a name", csv.headers["content-disposition"].startswith('attachment; filename="placements-'))
lines = pandas.read_json(io.BytesIO(ask("application/x-ndjson").content), lines=True)
check("lines of JSON have the same sums", lines["weeklyMinutes"].sum() == placements["weeklyMinutes"].sum() == table["weeklyMinutes"].sum())
columns = ask("application/csvm+json").json()["tableSchema"]["columns"]
check("the dictionary names the same columns", [column["name"] for column in columns] == list(table.columns))
below = ask("text/csv", "{ providers { edges { node { name sites { edges { node { postcode } } } } } } }")
sites = ask("application/json", "{ sites { totalCount } }").json()["data"]["sites"]["totalCount"]
check(f"a list below a list has a row each: {sites}", len(pandas.read_csv(io.BytesIO(below.content), encoding="utf-8-sig")) == sites)
print(f"{done} of {wanted}")
