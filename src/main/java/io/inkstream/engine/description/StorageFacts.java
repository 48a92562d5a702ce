package io.inkstream.engine.description;

import io.inkstream.engine.description.ModelSummary.Fact;
import io.inkstream.engine.description.ModelSummary.Section;
import io.inkstream.engine.device.Amount;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.model.DevicePlan;
import io.inkstream.engine.model.DrawingMemory;
import io.inkstream.engine.model.HostPlan;
import io.inkstream.engine.model.Residency;
import io.inkstream.engine.model.WeightBytes;
import io.inkstream.engine.quantization.Quantization;
import io.inkstream.engine.quantization.QuantizedLayout;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.snapshot.RunWeights;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import java.util.ArrayList;
import java.util.List;

/// What hosts and cards of usual sizes can hold of a snapshot whose weights are kept in one way.
///
/// @param name of that way: `as_stored`, `int8`
/// @param snapshot with its weights so; their file need not be there
record StorageFacts(String name, QwenImageSnapshot snapshot) {
  private static final List<Integer> HOSTS = List.of(32, 64, 128);
  private static final List<Integer> CARDS = List.of(12, 16, 24, 48, 80);
  private static final int SIDE = 1024;
  private static final int GIGA = 30;
  // The Java machine with its heap, as measured, and a little for the system.
  private static final long REST = 1L << GIGA;

  /// Of the weights as they are, and of each type that they could be made.
  static List<Section> sections(QwenImageSnapshot snapshot) {
    List<Section> sections = new ArrayList<>();
    sections.add(new StorageFacts("as_stored", snapshot).section());
    for (Quantization type : Quantization.values()) {
      var layout = QuantizedLayout.of(snapshot, type, "", snapshot.path());
      sections.add(new StorageFacts(type.toString(), layout.planned(snapshot)).section());
    }
    return sections;
  }

  private Section section() {
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.bytes("fast_bytes", fast()));
    facts.add(Fact.bytes("low_memory_bytes", mapped()));
    facts.add(Fact.bytes("cuda_bytes", card(Long.MAX_VALUE).bytes()));
    HOSTS.forEach(size -> facts.add(Fact.of("host_%d_gb".formatted(size), host(size))));
    CARDS.forEach(size -> facts.add(Fact.of("card_%d_gb".formatted(size), onCard(size))));
    return new Section(name, facts);
  }

  /// Memory that is the process's own with `--weights fast`.
  long fast() {
    return HostPlan.of(snapshot, Precision.FAST, Residency.AUTO).bytes();
  }

  /// Bytes of the files that `--weights low-memory` reads.
  long mapped() {
    return new RunWeights(snapshot).tensors().mapToLong(WeightBytes::stored).sum();
  }

  private String host(int size) {
    var memory = new DrawingMemory(snapshot);
    long drawing = REST + memory.onProcessor().of(memory.picture(SIDE)).host();
    long bytes = (long) size << GIGA;
    if (fast() + drawing <= bytes) {
      return "fast: %s at %2$dx%2$d".formatted(Amount.bytes(fast() + drawing), SIDE);
    }
    if (drawing > bytes) {
      return "too small for %1$dx%1$d".formatted(SIDE);
    }
    return "low-memory: %s of files pass through what %s leave"
        .formatted(Amount.bytes(mapped()), Amount.bytes(drawing));
  }

  private DevicePlan card(long budget) {
    return DevicePlan.of(snapshot, DType.BF16, Device.Kind.CUDA, budget);
  }

  private String onCard(int size) {
    int blocks = snapshot.transformerConfig().numLayers();
    try {
      DevicePlan plan = card((long) size << GIGA);
      if (plan.textEncoderResident()) {
        return "all of it";
      }
      return plan.residentBlocks() == blocks
          ? "all blocks, the text encoder's layers in turn"
          : "%d of %d blocks, the others and the text encoder's layers in turn"
              .formatted(plan.residentBlocks(), blocks);
    } catch (DeviceException e) {
      return "too small";
    }
  }
}
