//! Writes graphs in GraphML, for networkx, igraph, yEd and others (<http://graphml.graphdrawing.org>).

use super::graph::{Graph, GraphValue, declare_values};
use longhand_narrative::markup::MarkupWriter;
use std::io::{self, Write};

/// Writes a graph as GraphML.
///
/// # Errors
/// When writing to `out` fails.
pub fn write_graphml(graph: &Graph, mut out: impl Write) -> io::Result<()> {
    let of_nodes = declare_values(graph.nodes.iter().map(|node| &node.values));
    let of_edges = declare_values(graph.edges.iter().map(|edge| &edge.values));
    let mut xml = MarkupWriter::document(&mut out)?;
    xml.open(
        "graphml",
        &[
            ("xmlns", "http://graphml.graphdrawing.org/xmlns"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xsi:schemaLocation", "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd"),
        ],
    )?;
    xml.empty("key", &[("id", "label"), ("for", "node"), ("attr.name", "label"), ("attr.type", "string")])?;
    for (element, prefix, names) in [("node", "n", &of_nodes), ("edge", "e", &of_edges)] {
        for (index, (name, kind)) in names.iter().enumerate() {
            xml.empty("key", &[("id", &format!("{prefix}{index}")), ("for", element), ("attr.name", name), ("attr.type", kind)])?;
        }
    }
    xml.open("graph", &[("id", &graph.title), ("edgedefault", "directed")])?;
    for node in &graph.nodes {
        xml.open("node", &[("id", &node.id)])?;
        xml.text("data", &[("key", "label")], &node.label.replace('\n', ", "))?;
        write_values(&mut xml, "n", &of_nodes, &node.values)?;
        xml.close()?;
    }
    for (index, edge) in graph.edges.iter().enumerate() {
        let ends = [&graph.nodes[edge.from].id, &graph.nodes[edge.to].id];
        xml.open("edge", &[("id", &format!("e{index}")), ("source", ends[0]), ("target", ends[1])])?;
        write_values(&mut xml, "e", &of_edges, &edge.values)?;
        xml.close()?;
    }
    xml.finish()?.write_all(b"\n")
}

fn write_values<W: Write>(
    xml: &mut MarkupWriter<W>,
    prefix: &str,
    names: &[(String, &'static str)],
    values: &[(String, GraphValue)],
) -> io::Result<()> {
    for (name, value) in values {
        let Some(index) = names.iter().position(|(declared, _)| declared == name) else { continue };
        xml.text("data", &[("key", &format!("{prefix}{index}"))], &value.to_text())?;
    }
    Ok(())
}
