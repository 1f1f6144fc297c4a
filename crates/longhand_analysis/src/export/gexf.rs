//! Writes graphs in GEXF 1.3, for Gephi and networkx (<https://gexf.net>). GEXF is the one format here that also holds dynamic
//! graphs.

use super::graph::{Graph, GraphValue, Spell, declare_values};
use longhand_narrative::markup::MarkupWriter;
use std::io::{self, Write};

/// Writes a graph as GEXF.
///
/// # Errors
/// When writing to `out` fails.
pub fn write_gexf(graph: &Graph, mut out: impl Write) -> io::Result<()> {
    let of_nodes = declare_values(graph.nodes.iter().map(|node| &node.values));
    let of_edges = declare_values(graph.edges.iter().map(|edge| &edge.values));
    let mut xml = MarkupWriter::document(&mut out)?;
    xml.open(
        "gexf",
        &[
            ("xmlns", "http://gexf.net/1.3"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xsi:schemaLocation", "http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd"),
            ("version", "1.3"),
        ],
    )?;
    xml.open("meta", &[])?;
    xml.text("creator", &[], concat!("longhand ", env!("CARGO_PKG_VERSION")))?;
    xml.text("description", &[], &graph.title)?;
    xml.close()?;
    let mut head = vec![("defaultedgetype", "directed")];
    match &graph.period {
        None => head.push(("mode", "static")),
        Some((start, end)) => {
            let format = if start.contains('T') { "dateTime" } else { "double" };
            head.extend([("mode", "dynamic"), ("timeformat", format), ("timerepresentation", "interval")]);
            head.extend([("start", start.as_str()), ("end", end.as_str())]);
        }
    }
    xml.open("graph", &head)?;
    for (element, names) in [("node", &of_nodes), ("edge", &of_edges)] {
        if names.is_empty() {
            continue;
        }
        xml.open("attributes", &[("class", element)])?;
        for (index, (name, kind)) in names.iter().enumerate() {
            xml.empty("attribute", &[("id", &index.to_string()), ("title", name), ("type", kind)])?;
        }
        xml.close()?;
    }
    xml.open("nodes", &[])?;
    for node in &graph.nodes {
        xml.open("node", &[("id", &node.id), ("label", &node.label.replace('\n', ", "))])?;
        write_values(&mut xml, &of_nodes, &node.values)?;
        write_spells(&mut xml, &node.spells)?;
        xml.close()?;
    }
    xml.close()?;
    xml.open("edges", &[])?;
    for (index, edge) in graph.edges.iter().enumerate() {
        let ends = [&graph.nodes[edge.from].id, &graph.nodes[edge.to].id];
        let (id, weight) = (index.to_string(), edge.weight().to_string());
        // The label distinguishes parallel edges.
        let label = ("label", edge.label.as_str());
        xml.open("edge", &[("id", &id), ("source", ends[0]), ("target", ends[1]), label, ("weight", &weight)])?;
        write_values(&mut xml, &of_edges, &edge.values)?;
        write_spells(&mut xml, &edge.spells)?;
        xml.close()?;
    }
    xml.finish()?.write_all(b"\n")
}

fn write_values<W: Write>(
    xml: &mut MarkupWriter<W>,
    names: &[(String, &'static str)],
    values: &[(String, GraphValue)],
) -> io::Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    xml.open("attvalues", &[])?;
    for (name, value) in values {
        let Some(index) = names.iter().position(|(declared, _)| declared == name) else { continue };
        xml.empty("attvalue", &[("for", &index.to_string()), ("value", &value.to_text())])?;
    }
    xml.close()
}

fn write_spells<W: Write>(xml: &mut MarkupWriter<W>, spells: &[Spell]) -> io::Result<()> {
    if spells.is_empty() {
        return Ok(());
    }
    xml.open("spells", &[])?;
    for (start, end) in spells {
        match end {
            Some(end) => xml.empty("spell", &[("start", start), ("end", end)])?,
            None => xml.empty("spell", &[("start", start)])?,
        }
    }
    xml.close()
}
