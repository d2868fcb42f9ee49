use async_graphql::parser::parse_query;
use serde_json::{Value, json};

use super::*;

fn check_with(query: &str, variables: Value) -> Result<(), Excess> {
    let limits = Limits::default();
    limits.check_text(query)?;
    let document = parse_query(query).expect("the test's query parses");
    limits.check_document(&document, &Variables::from_json(variables)).map_err(|(excess, _)| excess)
}

fn check(query: &str) -> Result<(), Excess> {
    check_with(query, json!({}))
}

/// The question that tools ask first: every type, its fields, their arguments, nine wrappers deep.
fn introspection() -> String {
    let of_type = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }}
         subscriptionType {{ name kind }} types {{ ...FullType }}
         directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
           fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...InputValue }}
             type {{ ...TypeRef }} isDeprecated deprecationReason }}
           inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
           enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
           possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated
           deprecationReason }}
         fragment TypeRef on __Type {{ kind name {of_type} }}"
    )
}

#[test]
fn what_people_ask_is_allowed() {
    assert_eq!(check("{ viewer { id } }"), Ok(()));
    assert_eq!(check(&introspection()), Ok(()));
    let list = "{ placements(first: 50) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
        id state pupil { id yearGroup school { id name } }
        provider { id name documents(first: 10) { nodes { id kind expiresOn } } } } } } }";
    assert_eq!(check(list), Ok(()));
    let provider = "query P($id: ID!) { provider(id: $id) { id name visits(first: 5) { edges { node { id on
        findings(first: 100) { edges { node { id rating evidence(first: 5) { edges { node { id kind } } } } } } } } } } }";
    assert_eq!(check_with(provider, json!({"id": "provider:x"})), Ok(()));
}

#[test]
fn text_of_many_tokens_is_refused_before_it_is_parsed() {
    assert_eq!(check(&format!("{{ {} }}", "a ".repeat(4_001))), Err(Excess::Tokens(4_000)));
    assert_eq!(check(&format!("{{ a(b: \"{}\") }}", "word ".repeat(5_000))), Ok(()));
    assert_eq!(check(&format!("{{ a }} # {}", "word ".repeat(5_000))), Ok(()));
}

#[test]
fn brackets_within_brackets_are_refused_before_they_overflow_the_stack() {
    for (open, close) in [("{a", "}"), ("{a(b:[", "])}"), ("{a(b:{c:", "})}")] {
        let query = open.repeat(100_000) + &close.repeat(100_000);
        assert!(matches!(Limits::default().check_text(&query), Err(Excess::Nesting(_) | Excess::Tokens(_))), "{open}");
    }
    assert_eq!(Limits::default().check_text(&"[".repeat(51)), Err(Excess::Nesting(50)));
}

#[test]
fn strings_and_comments_hide_their_brackets() {
    let brackets = "[".repeat(60);
    let strings = format!("{{ a(b: \"\\\"{brackets}\", c: \"\"\"\\\"\"\"{brackets}\"\"\") }} # {brackets}");
    assert_eq!(Limits::default().check_text(&strings), Ok(()));
    for endless in ["{ a(b: \"", "{ a(b: \"\"\"", "{ a(b: \"\\"] {
        assert_eq!(Limits::default().check_text(endless), Ok(()), "the parser's to refuse: {endless}");
    }
}

#[test]
fn deep_queries_are_refused() {
    let deep = |levels: usize| "{ a ".repeat(levels) + &"}".repeat(levels);
    assert_eq!(check(&deep(8)), Ok(()));
    assert_eq!(check(&deep(9)), Err(Excess::Depth(8)));
    let through_fragments =
        "{ ...A } fragment A on T { a { b { c { ...B } } } } fragment B on T { d { e { f { g { h { i } } } } } }";
    assert_eq!(check(through_fragments), Err(Excess::Depth(8)));
}

#[test]
fn pages_within_pages_are_refused_by_their_cost() {
    let pages = "{ a(first: 100) { nodes { b(first: 100) { nodes { c(first: 100) { nodes { id } } } } } } }";
    assert_eq!(check(pages), Err(Excess::Complexity(50_000)));
    let by_variable =
        "query Q($n: Int) { a(first: $n) { nodes { b(first: $n) { nodes { c(last: $n) { nodes { id } } } } } } }";
    assert_eq!(check_with(by_variable, json!({"n": 100})), Err(Excess::Complexity(50_000)));
    assert_eq!(check_with(by_variable, json!({"n": 5})), Ok(()));
    assert_eq!(check(by_variable), Err(Excess::Complexity(50_000)), "a default may be anything");
    let unnamed = "{ a { nodes { b { ...Rows } } } } fragment Rows on C { edges { node { c { nodes { d { nodes { id } } } } } } }";
    assert_eq!(check(unnamed), Err(Excess::Complexity(50_000)), "a page has a size even when none is asked for");
}

#[test]
fn aliases_directives_and_root_fields_are_counted() {
    let aliases = |count: usize| (0..count).map(|n| format!("a{n}: viewer {{ id }} ")).collect::<String>();
    assert_eq!(check(&format!("{{ {} }}", aliases(15))), Ok(()));
    assert_eq!(check(&format!("{{ {} }}", aliases(16))), Err(Excess::Aliases(15)));
    assert_eq!(check(&format!("{{ {} }}", aliases(1_000 / 2))), Err(Excess::Aliases(15)));
    let directives = "@include(if: true) ".repeat(21);
    assert_eq!(check(&format!("{{ a {directives} }}")), Err(Excess::Directives(20)));
    assert_eq!(check(&format!("{{ ... {directives} {{ a }} }}")), Err(Excess::Directives(20)));
    let roots = "a ".repeat(21);
    assert_eq!(check(&format!("{{ {roots} }}")), Err(Excess::RootFields(20)));
    assert_eq!(check(&format!("{{ ...R }} fragment R on Query {{ {roots} }}")), Err(Excess::RootFields(20)));
    let operations: String = (0..11).map(|n| format!("query Q{n} {{ a }} ")).collect();
    assert_eq!(check(&operations), Err(Excess::Operations(10)));
}

#[test]
fn fragments_that_unfold_to_millions_are_refused() {
    let doubling: String = (0..18).map(|n| format!("fragment F{n} on T {{ ...F{m} ...F{m} }} ", m = n + 1)).collect();
    assert_eq!(
        check(&format!("{{ a {{ ...F0 }} }} {doubling} fragment F18 on T {{ id }}")),
        Err(Excess::Fields(1_000))
    );
    let trebling: String =
        (0..200).map(|n| format!("fragment F{n} on T {{ a {{ ...F{m} }} b {{ ...F{m} }} }} ", m = n + 1)).collect();
    assert!(check(&format!("{{ a {{ ...F0 }} }} {trebling} fragment F200 on T {{ id }}")).is_err());
}

#[test]
fn fragments_in_a_circle_are_refused() {
    let circle = "{ ...A } fragment A on T { a { ...B } } fragment B on T { b { ...A } }";
    assert_eq!(check(circle), Err(Excess::FragmentCycle));
    assert_eq!(check("{ a } fragment A on T { ...A }"), Err(Excess::FragmentCycle), "even when nothing uses it");
}

#[test]
fn the_schema_cannot_be_unfolded_over_and_over() {
    let bomb = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(check(bomb), Err(Excess::Introspection));
    let through_fragment = "{ __type(name: \"Query\") { ...T } } fragment T on __Type { possibleTypes { interfaces { inputFields { name } } } }";
    assert_eq!(check(through_fragment), Err(Excess::Introspection));
}

#[test]
fn long_lists_are_refused_wherever_they_stand() {
    let list = format!("[{}]", "1 ".repeat(1001));
    assert_eq!(check(&format!("{{ a(b: {list}) }}")), Err(Excess::List(1_000)));
    assert_eq!(check(&format!("{{ a(where: {{ and: [{{ id: {{ in: {list} }} }}] }}) }}")), Err(Excess::List(1_000)));
    assert_eq!(check(&format!("query Q($l: [Int!] = {list}) {{ a(b: $l) }}")), Err(Excess::List(1_000)));
    let variables = json!({"input": {"marks": vec![0; 1001]}});
    assert_eq!(check_with("query Q($input: I) { a(b: $input) }", variables), Err(Excess::List(1_000)));
}

#[test]
fn an_excess_says_its_limit_and_its_place() {
    let document = parse_query("{\n  a {\n    b: c(d: [1 2 3])\n  }\n}").unwrap();
    let limits = Limits { list: 2, ..Limits::default() };
    let (excess, place) = limits.check_document(&document, &Variables::default()).unwrap_err();
    assert_eq!(place, Some(Pos { line: 3, column: 5 }));
    assert_eq!((excess.code(), excess.to_string().as_str()), ("LIMIT_LIST", "A list may have at most 2 items."));
}

#[test]
fn a_measure_counts_on_beyond_a_limit_and_names_each_once() {
    let limits = Limits { depth: 2, complexity: 100, aliases: 0, ..Limits::default() };
    let text = "{ x: a(first: 10) { nodes { y: b(first: 20) { nodes { c } } } } }";
    let measured = limits.measure(&parse_query(text).unwrap(), &Variables::default());
    // c and nodes, 20 times over, and b; all that and nodes, 10 times over, and a.
    assert_eq!((measured.cost, measured.depth, measured.fields), (1 + 10 * (1 + 1 + 20 * 2), 3, 5));
    let excesses: Vec<_> = measured.excesses.iter().map(|(excess, _)| *excess).collect();
    assert_eq!(excesses, [Excess::Aliases(0), Excess::Depth(2), Excess::Complexity(100)]);
}

#[test]
fn the_lists_of_a_query_are_named_by_their_place_with_their_rows() {
    let text = "query Q($n: Int) { a(first: $n) { ...Rows totalCount } b { nodes { c(last: 500) { edges { node { id } } } d } } e }
        fragment Rows on A { edges { node { more: f { ... on F { nodes { id } } } } } }";
    let document = parse_query(text).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    let lists =
        |variables: Value| Limits::default().lists(&document, &operation.node, &Variables::from_json(variables));
    let list = |path: &str, page, rows| List { path: path.to_owned(), page, rows };
    let expected = [list("a", 3, 3), list("a.more", 20, 60), list("b", 20, 20), list("b.c", 100, 2_000)];
    assert_eq!(lists(json!({"n": 3})), expected);
    assert_eq!(lists(json!({}))[0], list("a", 100, 100));
}

#[test]
fn aggregates_cost_what_it_takes_to_read_every_row() {
    let many = |figures: usize| {
        let one = |n: usize| format!("n{n}Aggregate {{ rows {{ {} }} }} ", "f ".repeat(figures));
        format!("{{ {} }}", (0..20).map(one).collect::<String>())
    };
    assert_eq!(check(&many(10)), Ok(()));
    assert_eq!(check(&many(20)), Err(Excess::Complexity(50_000)));
}
