package io.inkstream.engine.model;

import io.inkstream.engine.graph.Operators;

/// The same numbers of graphs that are written of the standard's older operators.
class StandardOperatorsGoldenTest extends PartsGoldenTest {
  @Override
  Operators operators() {
    return Operators.STANDARD;
  }
}
