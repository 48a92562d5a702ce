package io.inkstream.engine.description;

import io.inkstream.engine.description.ModelSummary.Fact;
import io.inkstream.engine.description.ModelSummary.Section;
import io.inkstream.engine.device.Amount;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.model.DevicePlan;
import io.inkstream.engine.model.DrawingMemory;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.snapshot.RunWeights;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.TensorEntry;
import java.util.ArrayList;
import java.util.List;

/// The memory that a snapshot takes on this engine, estimated from the tensors that it runs.
record MemoryFacts(QwenImageSnapshot snapshot) {
  private static final List<Integer> SIDES = List.of(256, 512, 1024);

  Section section() {
    var weights = new RunWeights(snapshot);
    long fast = new StorageFacts("as_stored", snapshot).fast();
    long mapped = weights.tensors().mapToLong(TensorEntry::length).sum();
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "fast_bytes", fast, Amount.bytes(fast) + " of weights, in the types that run fastest"));
    facts.add(
        new Fact(
            "low_memory_bytes",
            mapped,
            Amount.bytes(mapped) + " of weights, mapped: the system may drop and reread them"));
    long widened = widened();
    if (widened > 0) {
      facts.add(
          new Fact(
              "low_memory_widened_bytes",
              widened,
              Amount.bytes(widened)
                  + " more while it draws: a block's weights, widened to float32"));
    }
    var memory = new DrawingMemory(snapshot);
    for (int side : SIDES) {
      long bytes = memory.onProcessor().of(memory.picture(side)).host();
      facts.add(
          new Fact(
              "drawing_%dx%d_bytes".formatted(side, side),
              bytes,
              Amount.bytes(bytes) + " more while it draws"));
    }
    long card = DevicePlan.of(snapshot, DType.BF16, Device.Kind.CUDA, Long.MAX_VALUE).bytes();
    facts.add(new Fact("cuda_bytes", card, Amount.bytes(card) + " on a graphics card, all of it"));
    return new Section("memory", facts);
  }

  /// What the largest block takes of those whose weights no graph reads as they are stored.
  private long widened() {
    List<BoundBlock> blocks = new ArrayList<>();
    if (!snapshot.transformer().isDirect()) {
      blocks.add(snapshot.transformerGraphs().boundBlock(0));
      snapshot.transformerGraphs().modulationInTurn().ifPresent(blocks::add);
    }
    if (!snapshot.textEncoder().isDirect()) {
      blocks.add(snapshot.textEncoderGraphs(DType.F32).boundLayer(0));
    }
    return blocks.stream().mapToLong(MemoryFacts::numbers).max().orElse(0) * Float.BYTES;
  }

  private static long numbers(BoundBlock block) {
    return block.weights().values().stream().mapToLong(weight -> weight.shape().elements()).sum();
  }
}
