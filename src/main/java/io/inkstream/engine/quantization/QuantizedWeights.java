package io.inkstream.engine.quantization;

import io.inkstream.engine.quantization.QuantizedLayout.Layer;
import io.inkstream.engine.snapshot.ModelFingerprint;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.WeightReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// Writes a snapshot's weights in fewer bits to a file of the cache folder, and takes them from
/// there the next time, if the file is whole.
public final class QuantizedWeights {
  // Numbers that a thread has in hand at once.
  private static final long CHUNK = 1 << 20;
  private static final int BUFFER = 1 << 20;

  private final QuantizedLayout layout;
  private final WeightCache cache;

  private QuantizedWeights(QuantizedLayout layout, WeightCache cache) {
    this.layout = layout;
    this.cache = cache;
  }

  /// The snapshot with such weights in the place of its own.
  ///
  /// @throws SnapshotException if a weight cannot be read or is no number, or the file not be
  ///   written
  public static QwenImageSnapshot of(QwenImageSnapshot snapshot, QuantizationSettings settings) {
    String key = ModelFingerprint.ofAll(snapshot);
    String name = ModelFingerprint.of(key + settings.type()) + ".safetensors";
    Path file = settings.folder().resolve(name);
    var layout = QuantizedLayout.of(snapshot, settings.type(), key, file);
    var cache = new WeightCache(settings.folder(), settings.mostBytes());
    new QuantizedWeights(layout, cache).make();
    return layout.in(snapshot);
  }

  private void make() {
    if (!isWhole()) {
      cache.write(
          layout.file(),
          layout.header().length + layout.bytes(),
          channel -> {
            writeLayers(channel);
            put(channel, ByteBuffer.wrap(layout.header(checksum(channel))), 0);
          });
    }
    cache.use(layout.file());
  }

  private boolean isWhole() {
    Path file = layout.file();
    try {
      if (!Files.exists(file) || Files.size(file) != layout.header().length + layout.bytes()) {
        return false;
      }
      try (var channel = FileChannel.open(file)) {
        byte[] header = new byte[layout.header().length];
        fill(channel, ByteBuffer.wrap(header), 0);
        return Arrays.equals(header, layout.header(checksum(channel)));
      }
    } catch (IOException e) {
      throw new SnapshotException(file, "cannot be read: " + e.getMessage());
    }
  }

  private String checksum(FileChannel channel) throws IOException {
    var crc = new CRC32C();
    var buffer = ByteBuffer.allocateDirect(BUFFER);
    long end = layout.header().length + layout.bytes();
    for (long at = layout.header().length; at < end; at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(BUFFER, end - at));
      fill(channel, buffer, at);
      crc.update(buffer.flip());
    }
    return "%08x".formatted(crc.getValue());
  }

  private static void fill(FileChannel channel, ByteBuffer buffer, long at) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("it ends too early");
      }
    }
  }

  /// Some rows of a layer.
  private record Part(Layer layer, int first, int count) {}

  private void writeLayers(FileChannel channel) throws IOException {
    var source = new WeightReader();
    try {
      parts().parallelStream().forEach(part -> write(part, source, channel));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (Layer layer : layout.layers()) {
      int rows = (int) layer.source().shape().dim(0);
      int step = (int) Math.clamp(CHUNK / layer.source().shape().dim(1), 1, rows);
      for (int first = 0; first < rows; first += step) {
        parts.add(new Part(layer, first, Math.min(step, rows - first)));
      }
    }
    return parts;
  }

  private static void write(Part part, WeightReader source, FileChannel channel) {
    Layer layer = part.layer();
    long rows = layer.source().shape().dim(0);
    long numberBytes = layer.numbers().length() / rows;
    long scaleBytes = layer.scales().length() / rows;
    var numbers = buffer(numberBytes * part.count());
    var scales = buffer(scaleBytes * part.count());
    if (layer.format().isOf(layer.source().encoding())) {
      source.kernelRows(layer.source(), part.first(), part.count(), numbers, scales);
    } else {
      writeAnew(part, source, numbers, scales);
    }
    try {
      put(channel, numbers.flip(), layer.numbers().offset() + part.first() * numberBytes);
      put(channel, scales.flip(), layer.scales().offset() + part.first() * scaleBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeAnew(
      Part part, WeightReader source, ByteBuffer numbers, ByteBuffer scales) {
    Layer layer = part.layer();
    int width = Math.toIntExact(layer.source().rowLength());
    float[] values = new float[part.count() * width];
    source.rows(layer.source(), part.first(), part.count(), values, 0);
    for (int row = 0; row < part.count(); row++) {
      layer.format().write(values, row * width, (row + 1) * width, numbers, scales);
    }
  }

  private static ByteBuffer buffer(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void put(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }
}
