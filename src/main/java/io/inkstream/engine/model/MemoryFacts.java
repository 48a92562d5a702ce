package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.model.ModelSummary.Fact;
import io.inkstream.engine.model.ModelSummary.Section;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.TensorEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The memory that a snapshot takes on this engine, estimated from the tensors that it runs.
///
/// A snapshot may hold more than that: the text encoder's eyes and its output layer, the VAE's
/// encoder. The embedding table is never loaded: its rows are read from the mapped file.
record MemoryFacts(QwenImageSnapshot snapshot) {
  private static final List<Integer> SIDES = List.of(256, 512, 1024);
  private static final int VIDEO_KERNEL_RANK = 5;

  Section section() {
    long fast = Float.BYTES * tensors().mapToLong(MemoryFacts::used).sum();
    long mapped = tensors().mapToLong(TensorEntry::length).sum();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("fast_bytes", fast, Amount.bytes(fast) + " of weights, widened to float32"));
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
    long card = DeviceLoader.plan(snapshot, DType.BF16, Device.Kind.CUDA, Long.MAX_VALUE).bytes();
    facts.add(new Fact("cuda_bytes", card, Amount.bytes(card) + " on a graphics card, all of it"));
    return new Section("memory", facts);
  }

  /// What the largest block takes of those whose weights no graph reads as they are stored.
  private long widened() {
    List<BoundBlock> blocks = new ArrayList<>();
    if (!snapshot.transformer().isDirect()) {
      blocks.add(snapshot.transformerGraphs().boundBlock(0));
      blocks.add(snapshot.transformerGraphs().boundModulation(0));
    }
    if (!snapshot.textEncoder().isDirect()) {
      blocks.add(snapshot.textEncoderGraphs(DType.F32).boundLayer(0));
    }
    return blocks.stream().mapToLong(MemoryFacts::numbers).max().orElse(0) * Float.BYTES;
  }

  private static long numbers(BoundBlock block) {
    return block.weights().values().stream().mapToLong(weight -> weight.shape().elements()).sum();
  }

  /// Those that run.
  Stream<TensorEntry> tensors() {
    return Stream.of(
            snapshot.transformer().tensors().values().stream(),
            snapshot.textEncoder().tensors().values().stream()
                .filter(tensor -> startsWith(tensor, "model.layers.", "model.norm.")),
            snapshot.vae().tensors().values().stream()
                .filter(tensor -> !tensor.name().contains(".time_conv."))
                .filter(tensor -> startsWith(tensor, "decoder.", "post_quant_conv.")))
        .flatMap(tensors -> tensors);
  }

  private static boolean startsWith(TensorEntry tensor, String... prefixes) {
    return Stream.of(prefixes).anyMatch(tensor.name()::startsWith);
  }

  /// Of a kernel over time, the last tap alone runs.
  static long used(TensorEntry tensor) {
    var shape = tensor.shape();
    boolean video = shape.rank() == VIDEO_KERNEL_RANK;
    return video ? shape.elements() / Math.max(1, shape.dim(2)) : shape.elements();
  }
}
