package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rows of a prefix that go through the blocks together: they see all that precedes them.
final class PrefixPart implements AutoCloseable {
  // Added to a score, it leaves nothing of it after the softmax.
  private static final float UNSEEN = -1e30f;

  private final Kind kind;
  private final int from;
  private final int rows;
  private final Stages stages;
  private final Stream stream;
  private final Optional<Tensor> bias;
  private Optional<StagedTables> tables = Optional.empty();

  /// What rows they are.
  enum Kind {
    /// Text that begins the prefix.
    TEXT,
    /// A picture.
    GIVEN,
    /// Text behind others.
    REST;

    private List<Subgraph> of(PrefixBlocks blocks) {
      return switch (this) {
        case TEXT -> blocks.text();
        case GIVEN -> blocks.given();
        case REST -> blocks.rest();
      };
    }
  }

  /// @param from how many rows precede them
  /// @param width D
  PrefixPart(Kind kind, int from, int rows, int width, Stages stages) {
    this.kind = kind;
    this.from = from;
    this.rows = rows;
    this.stages = stages;
    this.stream = new Stream(stages, new Shape(rows, width));
    stream.begin(null);
    this.bias = kind == Kind.REST ? Optional.of(causal(from, rows)) : Optional.empty();
  }

  private static Tensor causal(int from, int rows) {
    int all = from + rows;
    float[] bias = new float[Math.multiplyExact(rows, all)];
    for (int row = 0; row < rows; row++) {
      for (int column = from + row + 1; column < all; column++) {
        bias[row * all + column] = UNSEEN;
      }
    }
    return Tensor.of(bias, 1, 1, rows, all);
  }

  /// @param host tables of its rows, closed with this
  void turn(RotaryTables host) {
    tables = Optional.of(StagedTables.of(stages, host));
  }

  /// Its rows before the first block come from a graph.
  void enter(Subgraph in, Map<String, Tensor> given, RunContext context) {
    in.run(given, Map.of("h", stream.next()), context.signal());
    stream.advance();
  }

  /// Runs a block, and puts its keys and values where the prefix has them.
  void run(int block, PrefixBlocks blocks, Prefix prefix, RunContext context) {
    boolean first = kind == Kind.TEXT;
    Tensor key = prefix.key(block);
    Tensor value = prefix.value(block);
    int timeZero = context.zeroTime().orElseThrow();
    stream.goTo(stages.of(block));
    var turned = tables.orElseThrow().of(block);
    Map<String, Tensor> all = new HashMap<>();
    all.put("cos", turned.cos());
    all.put("sin", turned.sin());
    bias.ifPresent(unseen -> all.put("bias", unseen));
    all.put("h", stream.current());
    all.put("modulation", context.modulations().blocks().get(block).row(timeZero));
    if (!first) {
      all.put("key", key.rows(from));
      all.put("value", value.rows(from));
    }
    Map<String, Tensor> outputs =
        Map.of(
            "h_out",
            stream.next(),
            first ? "key" : "own_key",
            key.rows(from, rows),
            first ? "value" : "own_value",
            value.rows(from, rows));
    var joined = AdapterInputs.joined(all, context.adapters().block(block));
    kind.of(blocks).get(block).run(joined, outputs, context.signal());
    stream.advance();
  }

  @Override
  public void close() {
    stream.close();
    bias.ifPresent(Tensor::close);
    tables.ifPresent(StagedTables::close);
  }
}
