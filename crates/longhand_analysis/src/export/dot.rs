//! Writes graphs in DOT, for Graphviz (<https://graphviz.org>). DOT is for drawings, so equal edges in both directions are merged
//! into one line with two arrowheads.

use super::graph::{Graph, GraphValue};
use longhand_narrative::palette::LIGHT;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes a graph as DOT.
///
/// # Errors
/// When writing to `out` fails.
pub fn write_dot(graph: &Graph, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "digraph {} {{", quote(&graph.title))?;
    writeln!(out, "  graph [label={}, labelloc=t, fontname=\"serif\", overlap=false, splines=true];", quote(&graph.title))?;
    writeln!(
        out,
        "  node [shape=box, style=\"rounded,filled\", fillcolor=\"{}\", color=\"{}\", fontname=\"serif\"];",
        LIGHT.background, LIGHT.weak_text
    )?;
    writeln!(out, "  edge [color=\"{}\", fontname=\"serif\", fontsize=10];", LIGHT.weak_text)?;
    for node in &graph.nodes {
        let fill = if node.highlighted { format!(", fillcolor=\"{}\"", LIGHT.highlight) } else { String::new() };
        let (id, label, tooltip) = (quote(&node.id), quote(&node.label), quote(&value_list(&node.values)));
        writeln!(out, "  {id} [label={label}, tooltip={tooltip}{fill}];")?;
    }
    let labelled: BTreeSet<(usize, usize, &str)> =
        graph.edges.iter().map(|edge| (edge.from, edge.to, edge.label.as_str())).collect();
    for edge in &graph.edges {
        let is_mutual = !edge.label.is_empty() && labelled.contains(&(edge.to, edge.from, edge.label.as_str()));
        // The opposite edge is drawn with this one.
        if is_mutual && edge.to < edge.from {
            continue;
        }
        let width = format!("{:.2}", 0.5 + 2.0 * edge.strength);
        let style = if edge.label.is_empty() { ", style=dotted" } else { "" };
        let dir = if is_mutual { ", dir=both" } else { "" };
        let (from, to) = (quote(&graph.nodes[edge.from].id), quote(&graph.nodes[edge.to].id));
        let (label, tooltip) = (quote(&edge.label), quote(&value_list(&edge.values)));
        writeln!(out, "  {from} -> {to} [label={label}, penwidth={width}, tooltip={tooltip}{style}{dir}];")?;
    }
    writeln!(out, "}}")?;
    out.flush()
}

fn value_list(values: &[(String, GraphValue)]) -> String {
    let words: Vec<String> = values.iter().map(|(name, value)| format!("{name} {}", value.to_display_text())).collect();
    words.join(", ")
}

/// A quoted string of DOT, with backslashes, quotes and line breaks escaped.
fn quote(text: &str) -> String {
    let safe = text.replace('\\', "\\\\").replace('"', "\\\"").replace("\r\n", "\\n").replace(['\n', '\r'], "\\n");
    format!("\"{}\"", safe.replace('\0', ""))
}

#[cfg(test)]
mod tests {
    use super::super::graph::{GraphEdge, GraphNode};
    use super::*;

    fn node(id: &str, label: &str) -> GraphNode {
        let (id, label) = (id.to_owned(), label.to_owned());
        GraphNode { id, label, highlighted: true, values: vec![], spells: vec![] }
    }

    #[test]
    fn a_mutual_tie_is_one_line_and_quotes_in_names_are_escaped() {
        let edge =
            |from, to, label: &str| GraphEdge { from, to, label: label.into(), strength: 0.5, values: vec![], spells: vec![] };
        let graph = Graph {
            title: "a \"town\"".into(),
            nodes: vec![node("0", "Ann \\ \"A\"\nhere"), node("1", "Ben")],
            edges: vec![edge(0, 1, "friends"), edge(1, 0, "friends"), edge(1, 0, "")],
            period: None,
        };
        let mut out = Vec::new();
        write_dot(&graph, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("digraph \"a \\\"town\\\"\" {"), "{text}");
        assert!(text.contains("label=\"Ann \\\\ \\\"A\\\"\\nhere\""), "{text}");
        assert_eq!(text.matches("label=\"friends\"").count(), 1, "{text}");
        assert!(text.contains("\"0\" -> \"1\" [label=\"friends\", penwidth=1.50, tooltip=\"\", dir=both]"), "{text}");
        assert!(text.contains("\"1\" -> \"0\" [label=\"\", penwidth=1.50, tooltip=\"\", style=dotted]"), "{text}");
    }
}
