"""The tools that ``peers.py`` measures: how the standard is prepared in each, and how it is asked.

Everything that can be done once (parsing, compiling, opening a session) is done once; what stands in `score` is what
an application does for each applicant. A tool that is not installed raises ImportError. The tools are imported by
name, because most of them come without types.
"""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from attrs import frozen
from peers_rules import FACTS, INDICATORS, PARTS, ByClause, Columns, Text, Tree, given, tier, total

#: The one period of the OpenFisca variables.
YEAR = "2017"
#: zen's decisions by what their traces show.
BY_INDICATOR, BY_CLAUSE = "zen JDM by indicator", "zen JDM by clause"


@frozen
class Peer:
    """A tool with the standard in one of the two scales."""

    name: str
    whole: bool
    #: An applicant's facts as the tool takes them.
    prepare: Callable[[Mapping[str, Any]], Any]
    #: Total in the peer's scale, and tier.
    score: Callable[[Any], tuple[Any, Any]]
    #: The same with the tool's own account of how it came about.
    trace: Callable[[Any], Any] | None = None


@frozen
class Batch:
    """A tool that takes many applicants as columns."""

    name: str
    whole: bool
    #: Facts by name as numpy arrays, to what `score` takes.
    load: Callable[[Mapping[str, Any]], Any]
    #: Totals in the peer's scale, and places of the tiers, as arrays.
    score: Callable[[Any], tuple[Any, Any]]


def scores(writer: Any) -> list[Any]:
    """The indicators in a tool's form."""
    return [indicator(writer) for indicator in INDICATORS]


def taker(whole: bool) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Facts as floats or as whole numbers, null for 不适用."""
    return lambda facts: given(facts, whole, plain_number, None)


def plain_number(value: Any) -> int | float:
    """Numbers as JSON has them."""
    return value if type(value) is int else float(value)


def barred(facts: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """What the tier is worked out from."""
    return {"total": value, "losses": facts["losses"], "offence": facts["offence"]}


def zen(whole: bool) -> list[Peer]:
    """GoRules zen-engine, whose numbers are decimals of 28 digits.

    As a JDM decision with an expression for each indicator, which is what its editor makes and its trace
    explains; as one with an expression for each clause too, whose trace then holds what ours does; as one with a single
    expression for the total, which saves the intermediate results; and without a decision at all, as two compiled
    expressions. Decisions come from a static loader, which compiles them once and is two
    to four times as quick as `create_decision`. The tier is an expression, which costs less than a decision table.
    """
    tool = import_module("zen")
    form = ("min([{0}, {1}])", "floor(({0} - {1}) / {2})")
    writer, clauses = Text(whole, *form), ByClause(whole, *form)
    own, by_clause = scores(writer), scores(clauses)
    named = [f"$.s{place}" for place in range(len(own))]
    last = {"tier": tier(writer, "$.total")}
    summed = {"total": total(writer, named)} | last
    indicators, parts = ({f"s{place}": text for place, text in enumerate(of)} for of in (own, by_clause))
    graphs = {
        "indicators": decision(indicators | summed),
        "clauses": decision(clauses.parts | parts | summed),
        "total": decision({"total": total(writer, own)} | last),
    }
    engine = tool.ZenEngine({"loader": {"type": "static", "content": graphs}})
    sum_of, tier_of = (tool.compile_expression(text) for text in (total(writer, own), tier(writer, "total")))
    tracing = {"trace": True}

    def scored(graph: str) -> Callable[[Any], tuple[Any, Any]]:
        def score(facts: Any) -> tuple[Any, Any]:
            result = engine.evaluate(graph, facts)["result"]
            return result["total"], result["tier"]

        return score

    def traced(graph: str) -> Callable[[Any], Any]:
        return lambda facts: engine.evaluate(graph, facts, tracing)

    def expression_score(facts: Any) -> tuple[Any, Any]:
        value = sum_of.evaluate(facts)
        return value, tier_of.evaluate(barred(facts, value))

    return [
        Peer(BY_INDICATOR, whole, taker(whole), scored("indicators"), traced("indicators")),
        Peer(BY_CLAUSE, whole, taker(whole), scored("clauses"), traced("clauses")),
        Peer("zen JDM, one expression", whole, taker(whole), scored("total")),
        Peer("zen compiled expressions", whole, taker(whole), expression_score),
    ]


def decision(expressions: Mapping[str, str]) -> dict[str, Any]:
    """A JDM graph of one expression node."""
    rows = [{"id": key, "key": key, "value": text} for key, text in expressions.items()]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "facts"},
        {"id": "rules", "type": "expressionNode", "name": "rules", "content": {"expressions": rows}},
        {"id": "out", "type": "outputNode", "name": "result"},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
        {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
    ]
    return {"nodes": nodes, "edges": edges}


def cel(whole: bool) -> list[Peer]:
    """CEL in Rust (common-expression-language; cel-python is pure Python and far slower).

    It has no min() and no names for intermediate values: writing a sum twice is quicker than binding it with map().
    Binary floats in the natural scale, for which counts must be floats too; 64-bit integers in the whole one.
    """
    tool = import_module("cel")
    steps = "({0} - {1}) / {2}" if whole else "double(int(({0} - {1}) / {2}))"
    writer = Text(whole, "({0} < {1} ? {0} : {1})", steps, or_word="||", point=True)
    sum_of, tier_of = (tool.compile(text) for text in (total(writer, scores(writer)), tier(writer, "total")))

    def score(facts: Any) -> tuple[Any, Any]:
        value = sum_of.execute(facts)
        return value, tier_of.execute(barred(facts, value))

    def prepare(facts: Mapping[str, Any]) -> dict[str, Any]:
        taken = taker(whole)(facts)
        return taken if whole else {k: float(v) if type(v) is int else v for k, v in taken.items()}

    return [Peer("CEL", whole, prepare, score)]


def rule_engine(whole: bool) -> list[Peer]:
    """rule-engine, which reckons with Python's Decimal; a choice is quicker than its $min()."""
    tool = import_module("rule_engine")
    writer = Text(whole, "({0} < {1} ? {0} : {1})", "({0} - {1}) // {2}")
    sum_of, tier_of = (tool.Rule(text) for text in (total(writer, scores(writer)), tier(writer, "total")))

    def score(facts: Any) -> tuple[Any, Any]:
        value = sum_of.evaluate(facts)
        return value, tier_of.evaluate(barred(facts, value))

    return [Peer("rule-engine", whole, taker(whole), score)]


def json_logic(whole: bool) -> list[Peer]:
    """JsonLogic in Rust (datalogic-py), with compiled rules and a session; numbers are binary floats or integers.

    Its trace is asked for by text alone and cannot be compiled beforehand.
    """
    tool = import_module("datalogic_py")
    writer = Tree(whole)
    engine = tool.Engine()
    session = engine.session()
    rule = total(writer, scores(writer))
    sum_of, tier_of = (engine.compile(part) for part in (rule, tier(writer, {"var": "total"})))
    text = json.dumps(rule)

    def score(facts: Any) -> tuple[Any, Any]:
        value = session.evaluate(sum_of, facts)
        return value, session.evaluate(tier_of, barred(facts, value))

    def trace(facts: Any) -> Any:
        return engine.evaluate_with_trace(text, json.dumps(facts))

    return [Peer("JsonLogic (datalogic)", whole, taker(whole), score, trace)]


def open_fisca(whole: bool) -> list[Batch]:
    """OpenFisca-core: a variable for each fact, indicator, the total and the tier; its formulas take arrays.

    Its numbers have 32 bits: int32, or float32 in the natural scale. The sources of a situation are set anew for each
    simulation, as its users do.
    """
    numpy = import_module("numpy")
    entity = import_module("openfisca_core.entities").build_entity(
        "applicant", "applicants", "", is_person=True
    )
    system = import_module("openfisca_core.taxbenefitsystems").TaxBenefitSystem([entity])
    variable = import_module("openfisca_core.variables").Variable
    builder = import_module("openfisca_core.simulations").SimulationBuilder
    year = import_module("openfisca_core.periods").DateUnit.YEAR
    number = int if whole else float

    def add(name: str, kind: type, formula: Callable[[Columns], Any] | None) -> None:
        def run(applicant: Any, period: Any) -> Any:
            assert formula is not None
            return formula(Columns(whole, lambda fact: applicant(fact, period), numpy))

        parts = {"value_type": kind, "entity": entity, "definition_period": year, "label": name}
        system.add_variable(type(name, (variable,), parts | ({"formula": run} if formula else {})))

    truths = {name for name, value in _TRUTHS.items() if value}
    for name in FACTS:
        add(name, bool if name in truths else number, None)
    for place, indicator in enumerate(INDICATORS):
        add(f"s{place}", number, indicator)
    names = [f"s{place}" for place in range(len(INDICATORS))]
    add("total", number, lambda w: total(w, [w.fact(name) for name in names]))
    add("tier", int, lambda w: tier(w, w.fact("total")))

    def score(columns: Any) -> tuple[Any, Any]:
        simulation = builder().build_default_simulation(system, len(columns["losses"]))
        for name, column in columns.items():
            simulation.set_input(name, YEAR, column)
        places = simulation.calculate("tier", YEAR)
        return simulation.calculate("total", YEAR), places

    def load(columns: Mapping[str, Any]) -> Any:
        kind = numpy.int32 if whole else numpy.float32
        return {n: c if c.dtype == numpy.bool_ else c.astype(kind) for n, c in columns.items()}

    return [Batch("OpenFisca-core", whole, load, score)]


def by_numpy(whole: bool) -> list[Batch]:
    """numpy by hand: int32 columns, or float64."""
    numpy = import_module("numpy")

    def score(columns: Any) -> tuple[Any, Any]:
        writer = Columns(whole, columns.__getitem__, numpy)
        value = total(writer, scores(writer))
        return value, tier(writer, value)

    return [Batch("numpy", whole, dict, score)]


def duckdb(whole: bool) -> list[Batch]:
    """DuckDB by hand: one SELECT over a table in memory, on all its threads; INTEGER columns, or DOUBLE."""
    tool = import_module("duckdb")
    writer = Text(
        whole,
        "least({0}, {1})",
        "({0} - {1}) // {2}" if whole else "floor(({0} - {1}) / {2})",
        choice="CASE WHEN {0} THEN {1} ELSE {2} END",
        # A NaN of numpy is NULL in DuckDB's tables.
        none="{0} < 0" if whole else "{0} IS NULL",
        true="{0}",
        name='"{0}"',
        codes=True,
    )
    own = scores(writer)
    named = [f"s{place}" for place in range(len(own))]
    columns_sql = ", ".join(f"{text} AS {name}" for name, text in zip(named, own, strict=True))
    query = (
        f"SELECT total, {tier(writer, 'total')} AS tier FROM (SELECT {total(writer, named)} AS total, losses, offence "
        f"FROM (SELECT {columns_sql}, losses, offence FROM applicants))"
    )

    def load(columns: Mapping[str, Any]) -> Any:
        connection = tool.connect()
        applicants = dict(columns)
        connection.register("given", applicants)
        connection.execute("CREATE TABLE applicants AS SELECT * FROM given")
        return connection

    def score(connection: Any) -> tuple[Any, Any]:
        result = connection.execute(query).fetchnumpy()
        return result["total"], result["tier"]

    return [Batch("DuckDB", whole, load, score)]


def as_columns(applicants: list[Mapping[str, Any]], whole: bool) -> dict[str, Any]:
    """Facts as numpy columns: int32 or float64, truth values as bool; 不适用 is −1, NaN or false."""
    numpy = import_module("numpy")
    taken = [given(facts, whole, float, None) for facts in applicants]
    columns = {}
    for name in FACTS:
        values = [row[name] for row in taken]
        if _TRUTHS[name]:
            columns[name] = numpy.array([value is True for value in values])
        elif whole:
            columns[name] = numpy.array([-1 if value is None else value for value in values], numpy.int32)
        else:
            columns[name] = numpy.array([float("nan") if v is None else v for v in values], numpy.float64)
    return columns


#: Facts that are true or false; the others are numbers.
_TRUTHS = {
    name: name not in PARTS
    and name
    not in (
        "channels",
        "matches",
        "records",
        "opinions",
        "files",
        "firms",
        "events",
        "sessions",
        "ideas",
        "awards",
    )
    for name in FACTS
}

PEERS: Mapping[str, Callable[[bool], list[Peer]]] = {
    "zen-engine": zen,
    "common-expression-language": cel,
    "rule-engine": rule_engine,
    "datalogic-py": json_logic,
}
BATCHES: Mapping[str, Callable[[bool], list[Batch]]] = {
    "numpy": by_numpy,
    "duckdb": duckdb,
    "openfisca-core": open_fisca,
}
