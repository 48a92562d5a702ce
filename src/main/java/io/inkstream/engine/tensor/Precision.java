package io.inkstream.engine.tensor;

import java.util.List;

/// In which numbers transformer and text encoder compute, and where and when weights that are
/// stored in others become those. How a weight is stored, its own file says.
public sealed interface Precision {
  /// Float32 on the processor; weights are widened and packed once, when they are loaded: 4 bytes a
  /// parameter, the fastest runs. `--weights fast`.
  Precision FAST = new Packed();

  /// Float32 on the processor; weights stay in their mapped files and are widened at every use:
  /// starts at once, takes next to no private memory, runs slower. `--weights low-memory`.
  Precision LOW_MEMORY = new Mapped();

  /// See [#FAST].
  record Packed() implements Precision {
    @Override
    public DType element() {
      return DType.F32;
    }

    @Override
    public String toString() {
      return "fast";
    }
  }

  /// See [#LOW_MEMORY].
  record Mapped() implements Precision {
    @Override
    public DType element() {
      return DType.F32;
    }

    @Override
    public String toString() {
      return "low-memory";
    }
  }

  /// On a device, whose memory holds the weights as they are stored; they are cast where they are
  /// used.
  ///
  /// @param element `F32` or `BF16`
  /// @param tf32 whether float32 products may round their factors to 10 bits of mantissa
  record OnDevice(DType element, boolean tf32) implements Precision {
    public OnDevice {
      if (element != DType.F32 && element != DType.BF16) {
        throw new IllegalArgumentException("dtype is " + element + ", must be fp32 or bf16");
      }
    }

    @Override
    public String toString() {
      return element == DType.BF16 ? "bf16" : tf32 ? "fp32 with tf32" : "fp32";
    }
  }

  /// The type of the numbers between the layers, and of weights where they are used.
  DType element();

  /// Those of the processor.
  static List<Precision> onProcessor() {
    return List.of(FAST, LOW_MEMORY);
  }
}
