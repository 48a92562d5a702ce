package io.inkstream.engine.model;

import io.inkstream.engine.graph.Operators;

/// The same numbers of graphs that are written of what the processor runs fastest.
class ProcessorOperatorsGoldenTest extends PartsGoldenTest {
  @Override
  Operators operators() {
    return Operators.PROCESSOR;
  }
}
