package io.inkstream.engine.device;

import java.util.Arrays;
import java.util.Locale;

/// What runs the networks: the processor, or one of the devices of a kind.
///
/// @param ordinal which of its kind, from 0, in the order of their driver
public record Device(Kind kind, int ordinal) {
  /// The processor.
  public static final Device CPU = new Device(Kind.CPU, 0);

  /// Devices that are driven alike.
  public enum Kind {
    /// The processor; there is one.
    CPU,
    /// A graphics card of NVIDIA's.
    CUDA,
    /// What OpenVINO knows: this processor, or what else of Intel's is asked for by its options.
    OPENVINO,
    /// A graphics card of AMD's, by MIGraphX.
    MIGRAPHX,
    /// A graphics card of NVIDIA's, by TensorRT.
    TENSORRT,
    /// What Apple's Core ML chooses.
    COREML,
    /// The processor by way of all that a device needs: its own memory, one stream, weights that
    /// are copied there. For tests.
    EMULATED;

    /// Whether what runs there takes tensors of the host's memory, and gives them: the processor,
    /// and what copies them to and fro by itself.
    public boolean takesHostTensors() {
      return switch (this) {
        case CPU, OPENVINO, TENSORRT, COREML -> true;
        case CUDA, MIGRAPHX, EMULATED -> false;
      };
    }

    /// Whether there may be several, which are told apart by a number.
    private boolean isNumbered() {
      return switch (this) {
        case CUDA, MIGRAPHX, TENSORRT, EMULATED -> true;
        case CPU, OPENVINO, COREML -> false;
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What [#named] takes, in words.
  public static final String NAMES =
      "cpu, cuda, openvino, migraphx, tensorrt, coreml, or cuda:1 for the second card";

  public Device {
    if (ordinal < 0 || ordinal > 0 && !kind.isNumbered()) {
      throw new IllegalArgumentException("device is " + kind + ":" + ordinal + ": there is none");
    }
  }

  /// The device of that name: `cpu`, `cuda`, `cuda:1`, `openvino`.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Device named(String name) {
    String[] words = name.toLowerCase(Locale.ROOT).split(":", 2);
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.toString().equals(words[0]))
        .filter(kind -> words.length == 1 || kind.isNumbered() && words[1].matches("\\d{1,3}"))
        .map(kind -> new Device(kind, words.length == 1 ? 0 : Integer.parseInt(words[1])))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("device is \"" + name + "\", must be " + NAMES));
  }

  /// Its name among others: with its number, if its kind has one.
  public String label() {
    return kind.isNumbered() ? kind + ":" + ordinal : kind.toString();
  }

  /// Its name; without a number if it is the first of its kind.
  @Override
  public String toString() {
    return ordinal == 0 ? kind.toString() : kind + ":" + ordinal;
  }
}
