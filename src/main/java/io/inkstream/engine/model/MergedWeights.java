package io.inkstream.engine.model;

import io.inkstream.engine.quantization.WeightCache;
import io.inkstream.engine.snapshot.CacheFolder;
import io.inkstream.engine.snapshot.ModelFingerprint;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.BFloat16;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Parts;
import io.inkstream.engine.transformer.AdapterWeight;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.LoraWeights;
import io.inkstream.engine.weights.LoraWeights.Factors;
import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Weights with adapters in them, in a file of their own: summed in float32, rounded once to the
/// type that the snapshot has, or not where it has fewer than 16 bits. The file lies in the cache
/// folder and is taken again for the same snapshot and adapters; all of them together take 100 GiB
/// at most, those that were used least recently go first.
final class MergedWeights {
  private static final String WEIGHT = ".weight";
  private static final long MOST_BYTES = 100L << 30;

  private final Component base;
  private final LoraWeights adapters;
  private final WeightReader reader = new WeightReader();

  private MergedWeights(Component base, LoraWeights adapters) {
    this.base = base;
    this.adapters = adapters;
  }

  /// The snapshot with the weights that the adapters name in the place of its own.
  ///
  /// @throws SnapshotException if an adapter cannot be read or is damaged, or the file not be
  ///   written
  static QwenImageSnapshot merged(
      QwenImageSnapshot snapshot, AdapterFiles files, List<AdapterWeight> acting) {
    var weights = files.weights(acting);
    var merged = new MergedWeights(snapshot.transformer(), weights);
    var cache = new WeightCache(folder(), MOST_BYTES);
    Path file = file(snapshot, acting);
    if (!Files.exists(file)) {
      merged.write(cache, file);
    }
    cache.use(file);
    Map<String, TensorEntry> tensors = new LinkedHashMap<>(snapshot.transformer().tensors());
    tensors.putAll(SafetensorsFile.open(file).tensors());
    return snapshot.with(
        new Component(snapshot.transformer().dir(), snapshot.transformer().config(), tensors));
  }

  private static Path folder() {
    return CacheFolder.of(System.getenv()).path().resolve("merged");
  }

  /// The file with these adapters in it.
  static Path file(QwenImageSnapshot snapshot, List<AdapterWeight> acting) {
    String key = ModelFingerprint.of(ModelFingerprint.of(snapshot) + acting);
    return folder().resolve(key + ".safetensors");
  }

  private void write(WeightCache cache, Path file) {
    SequencedMap<String, TensorEntry> changed = new LinkedHashMap<>();
    adapters.modules().forEach(module -> changed.put(module, base.tensor(module + WEIGHT)));
    ByteBuffer header = header(changed);
    long bytes = changed.values().stream().mapToLong(MergedWeights::bytes).sum();
    cache.write(
        file,
        header.remaining() + bytes,
        channel -> {
          writeAll(channel, header);
          for (var one : changed.entrySet()) {
            writeAll(channel, sum(one.getKey(), one.getValue()));
          }
        });
  }

  private static long bytes(TensorEntry entry) {
    return entry.shape().elements() * typeOf(entry).bytes();
  }

  private static ByteBuffer header(SequencedMap<String, TensorEntry> changed) {
    var json = new StringBuilder("{");
    long at = 0;
    for (TensorEntry entry : changed.values()) {
      long bytes = bytes(entry);
      json.append(at == 0 ? "" : ",")
          .append(
              "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(entry.name(), typeOf(entry), entry.shape(), at, at + bytes));
      at += bytes;
    }
    byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .flip();
  }

  /// That of the snapshot, or float32 where it has fewer bits: what is summed is not quantised
  /// again.
  private static DType typeOf(TensorEntry entry) {
    return entry.encoding() instanceof Encoding.Plain(DType type) && type.isWeight()
        ? type
        : DType.F32;
  }

  private ByteBuffer sum(String module, TensorEntry entry) {
    int out = (int) entry.shape().dim(0);
    int in = (int) entry.shape().dim(1);
    float[] weight = new float[Math.multiplyExact(out, in)];
    reader.rows(entry, 0, out, weight, 0);
    Factors factors = adapters.of(reader, module, in, out);
    Parts.each(out, in, row -> add(weight, factors, row, in));
    return stored(weight, typeOf(entry));
  }

  private static void add(float[] weight, Factors factors, int row, int in) {
    for (int k = 0; k < factors.rank(); k++) {
      float up = factors.up()[row * factors.rank() + k];
      int from = k * in;
      int to = row * in;
      for (int i = 0; i < in; i++) {
        weight[to + i] += up * factors.down()[from + i];
      }
    }
  }

  private static ByteBuffer stored(float[] values, DType type) {
    var bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, type.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (type) {
        case F32 -> bytes.putFloat(value);
        case F16 -> bytes.putShort(Float.floatToFloat16(value));
        case BF16 -> bytes.putShort(BFloat16.fromFloat(value));
        default -> throw new IllegalArgumentException(type + " is no type of a weight");
      }
    }
    return bytes.flip();
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
