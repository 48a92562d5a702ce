package io.inkstream.engine.graph;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One operation of a graph.
///
/// @param domain of the operator; empty: the standard's
/// @param operands names of values; empty where an optional one is not given
record Node(
    String domain,
    String operator,
    List<String> operands,
    List<String> results,
    Map<String, Object> attributes) {

  /// The result, if there is one only.
  String result() {
    return results.getFirst();
  }

  /// An attribute that it must have.
  int integer(String attribute) {
    return (int) Objects.requireNonNull(attributes.get(attribute));
  }

  float number(String attribute, float otherwise) {
    return attributes.get(attribute) instanceof Float number ? number : otherwise;
  }

  ProtoMessage message() {
    return OnnxWriter.node(domain, operator, operands, results, attributes);
  }
}
