package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// Writes adapters of random numbers for a snapshot's transformer.
public final class SampleAdapter {
  private SampleAdapter() {}

  /// For every linear layer.
  public static Path write(Path file, Path snapshot, int rank, long seed) {
    var linears = Linears.of(Component.open(snapshot.resolve("transformer")));
    return write(file, snapshot, List.copyOf(linears.weights().keySet()), rank, seed);
  }

  /// For these layers.
  public static Path write(Path file, Path snapshot, List<String> modules, int rank, long seed) {
    var linears = Linears.of(Component.open(snapshot.resolve("transformer")));
    var random = new Random(seed);
    var builder = SafetensorsBuilder.file();
    for (String module : modules) {
      Shape weight = linears.weight(module).orElseThrow();
      builder.tensor(
          module + ".lora_A.weight",
          DType.F32,
          numbers(random, rank * weight.dim(1)),
          rank,
          weight.dim(1));
      builder.tensor(
          module + ".lora_B.weight",
          DType.F32,
          numbers(random, rank * weight.dim(0)),
          weight.dim(0),
          rank);
    }
    SafetensorsBuilder.write(file, builder.bytes());
    return file;
  }

  private static byte[] numbers(Random random, long count) {
    var bytes = ByteBuffer.allocate(Math.toIntExact(4 * count)).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < count; i++) {
      bytes.putFloat((float) (0.05 * random.nextGaussian()));
    }
    return bytes.array();
  }
}
