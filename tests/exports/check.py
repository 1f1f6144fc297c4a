#!/usr/bin/env python3
"""Opens what `longhand export` writes with the tools that it is made for, and compares it with the story.

    tests/exports/check.py LONGHAND SCENE [ARGUMENT...]

LONGHAND is the program, SCENE is simulated and recorded with the further arguments. Needs the packages of `requirements.txt`
and the programs `dot` and `sqlite3`. A tool that is missing is a failure, not a reason to pass.
"""

import csv
import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import duckdb
import networkx

TABLES = ["run", "events", "roles", "changes", "causes", "topics", "values", "samples", "agents", "places", "beats", "measures", "counts", "days"]
REPO = pathlib.Path(__file__).resolve().parents[2]


def same(what, one, other):
    if one != other:
        sys.exit(f"{what}: {one!r} and {other!r}")
    print(f"  {what}: {one}")


def main(longhand, scene, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        check(pathlib.Path(folder), longhand, scene, arguments)


def check(folder, longhand, scene, arguments):
    story = folder / "a.story"
    subprocess.run([longhand, "run", scene, "--record", story, *arguments], check=True, stdout=subprocess.DEVNULL)

    def export(*arguments):
        subprocess.run([longhand, "export", story, *arguments], check=True)

    def sql(query):
        done = subprocess.run(["sqlite3", "-json", "-readonly", story, query], check=True, capture_output=True, text=True)
        return json.loads(done.stdout or "[]")

    def one(query):
        return next(iter(sql(query)[0].values()))

    events, causes = one("SELECT count(*) FROM events"), one("SELECT count(*) FROM causes")
    if not events or not causes:
        sys.exit(f"nothing happened in {scene}")

    print("sqlite3")
    same("no broken page", one("PRAGMA integrity_check"), "ok")
    for query in re.findall(r"```sql\n(.*?)```", (REPO / "docs/story-format.md").read_text(), re.S):
        sql(query)

    print("jsonl, json")
    export("--format", "jsonl", "--out", folder / "a.jsonl")
    lines = [json.loads(line) for line in (folder / "a.jsonl").open(encoding="utf-8")]
    same("events", sum("kind" in line for line in lines), events)
    same("causes", sum(len(line.get("causes", [])) for line in lines), causes)

    print("parquet and csv, DuckDB")
    tables = folder / "tables"
    export("--format", "parquet", "--out", tables)
    export("--format", "csv", "--out", tables)
    duck = duckdb.connect()

    def tell(query):
        return duck.sql(query).fetchall()

    for table in TABLES:
        file = f"'{tables}/{table}.parquet'"
        with (tables / f"{table}.csv").open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        same(f"{table}, rows in both", tell(f"SELECT count(*) FROM {file}")[0][0], len(rows))
        if rows:
            same(f"{table}, columns in both", [name for name, *_ in tell(f"DESCRIBE FROM {file}")], list(rows[0]))
    same("events", tell(f"SELECT count(*) FROM '{tables}/events.parquet'")[0][0], events)
    first = tell(f"SELECT time FROM '{tables}/events.parquet' ORDER BY id LIMIT 1")[0][0]
    same("when it began", first, datetime.datetime.fromisoformat(one("SELECT at FROM events ORDER BY id LIMIT 1")))
    kinds = tell(f"SELECT kind, count(*) FROM '{tables}/events.parquet' GROUP BY kind ORDER BY kind")
    asked = sql("SELECT kind, count(*) AS n FROM happened GROUP BY kind ORDER BY kind")
    same("kinds, how often", len(set(kinds) ^ {(row["kind"], row["n"]) for row in asked}), 0)
    total = tell(f"SELECT sum(after - before) FROM read_csv('{tables}/changes.csv')")[0][0]
    packed = tell(f"SELECT sum(after - before) FROM '{tables}/changes.parquet'")[0][0]
    same("what changed, in all", round(total, 6), round(packed, 6))
    for query in re.findall(r"```sql\n(.*?)```", (REPO / "docs/export.md").read_text(), re.S):
        if not tell(query.replace("'village/", f"'{tables}/")):
            sys.exit(f"no answer: {query}")

    print("graphml and gexf, networkx")
    last = one("SELECT max(event) FROM causes")
    cast = one("SELECT count(*) FROM agents WHERE key IS NOT NULL")
    for kind, read in [("graphml", networkx.read_graphml), ("gexf", networkx.read_gexf)]:
        export("--format", kind, "--graph", "causes", "--out", folder / "a.graph")
        graph = networkx.MultiDiGraph(read(folder / "a.graph"))
        same(f"{kind}, events", len(graph), events)
        same(f"{kind}, without a circle", networkx.is_directed_acyclic_graph(graph), True)
        same(f"{kind}, causes of the last", graph.in_degree(str(last)), one(f"SELECT count(*) FROM causes WHERE event = {last}"))
        export("--format", kind, "--cast", "--at", "2d", "--out", folder / "a.graph")
        graph = networkx.MultiDiGraph(read(folder / "a.graph"))
        same(f"{kind}, cast", len(graph), cast)
        tied = [ties for *_, ties in graph.edges(data="ties") if ties]
        if not tied:
            sys.exit(f"{kind}: nobody is anything to anybody")
        neighbours = {node: len(set(networkx.all_neighbors(graph, node)) - {node}) for node in graph}
        same(f"{kind}, degrees", dict(graph.nodes(data="degree")), neighbours)
    export("--format", "gexf", "--at", "2d", "--out", folder / "a.graph")
    network = networkx.Graph()
    for one, other, weight in networkx.MultiDiGraph(networkx.read_gexf(folder / "a.graph")).edges(data="weight"):
        before = network.get_edge_data(one, other, {"weight": 0.0})["weight"]
        network.add_edge(one, other, weight=before + weight)
    numbers = dict(networkx.read_gexf(folder / "a.graph").nodes(data="community"))
    ours = [{node for node in network if numbers[node] == number} for number in sorted(set(numbers.values()))]
    modularity = networkx.community.modularity(network, [members for members in ours if members])
    theirs = networkx.community.modularity(network, networkx.community.louvain_communities(network, seed=1))
    print(f"  communities: {len(ours)}, modularity {modularity:.3f}; by networkx {theirs:.3f}")
    if modularity < theirs - 0.03:
        sys.exit("the communities are worse than those of networkx")
    export("--format", "gexf", "--out", folder / "a.graph")
    # Gephi reads times of day; networkx knows dates only, and takes them as text.
    text = (folder / "a.graph").read_text(encoding="utf-8")
    same("gexf, times of day", text.count('timeformat="dateTime"'), 1)
    (folder / "a.graph").write_text(text.replace('timeformat="dateTime"', 'timeformat="date"'), encoding="utf-8")
    through = networkx.read_gexf(folder / "a.graph")
    spells = [span for *_, data in through.edges(data=True) for span in data.get("spells", [])]
    same("gexf, spells that have a beginning", all(start for start, _ in spells) and bool(spells), True)

    print("dot, Graphviz")
    for graph in [[], ["--graph", "causes"]]:
        export("--format", "dot", "--out", folder / "a.dot", *graph)
        drawn = subprocess.run(["dot", "-Tsvg", folder / "a.dot"], check=True, capture_output=True, text=True)
        same("no complaint", drawn.stderr, "")
        nodes = len(re.findall(r'class="node"', drawn.stdout))
        if not nodes:
            sys.exit("nothing is drawn")
        if not graph:
            same("cast", nodes, cast)


if __name__ == "__main__":
    main(*sys.argv[1:])
