package io.inkstream.engine.quantization;

import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TensorEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which weights of a snapshot become fewer bits, and where each lies in the file that holds them:
/// known before the file is there.
///
/// The file is a safetensors file: a header that follows from the snapshot and the type alone but
/// for the checksum in it, all scales, all numbers.
///
/// @param header the file's bytes before the tensors, the checksum left open
/// @param bytes of the tensors
public record QuantizedLayout(Path file, List<Layer> layers, byte[] header, long bytes) {
  private static final String WEIGHT = ".weight";
  private static final String VERSION = "2";
  private static final int ALIGNMENT = 64;

  /// The checksum's place in a header.
  static final String OPEN = "........";

  /// A weight that is written anew.
  ///
  /// @param source as the snapshot has it
  /// @param numbers as it will be, with its scales beside it
  record Layer(TensorEntry source, RowFormat format, TensorEntry numbers) {
    TensorEntry scales() {
      return numbers.encoding().beside().getFirst();
    }
  }

  /// That of a snapshot.
  ///
  /// @param key tells the snapshot's weights from others
  public static QuantizedLayout of(
      QwenImageSnapshot snapshot, Quantization type, String key, Path file) {
    Map<TensorEntry, RowFormat> formats = new LinkedHashMap<>();
    chosen(snapshot.transformer(), type.transformer(), formats);
    chosen(snapshot.textEncoder(), type.textEncoder(), formats);
    return new Writing(file).layout(formats, type, key);
  }

  private static void chosen(
      Component component, RowFormat format, Map<TensorEntry, RowFormat> formats) {
    component.tensors().values().stream()
        .filter(entry -> entry.name().endsWith(WEIGHT) && entry.shape().rank() == 2)
        .filter(entry -> KeptWeight.of(entry.name()).isEmpty())
        .filter(entry -> format.takes(entry.shape().dim(1)))
        .forEach(entry -> formats.put(entry, format));
  }

  /// A snapshot with the weights of the file in the place of its own.
  QwenImageSnapshot in(QwenImageSnapshot snapshot) {
    return snapshot.with(replaced(snapshot.transformer()), replaced(snapshot.textEncoder()));
  }

  /// The same before the file is there.
  public QwenImageSnapshot planned(QwenImageSnapshot snapshot) {
    return snapshot.planned(replaced(snapshot.transformer()), replaced(snapshot.textEncoder()));
  }

  private Component replaced(Component component) {
    Map<String, TensorEntry> tensors = new LinkedHashMap<>(component.tensors());
    layers.forEach(layer -> tensors.replace(layer.numbers().name(), layer.numbers()));
    return new Component(component.dir(), component.config(), tensors);
  }

  /// The header with a checksum in it, eight letters.
  byte[] header(String checksum) {
    String text = new String(header, StandardCharsets.ISO_8859_1);
    return text.replaceFirst(Pattern.quote(OPEN), Matcher.quoteReplacement(checksum))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Gives each tensor its place.
  private static final class Writing {
    private final Path file;
    private final List<TensorEntry> tensors = new ArrayList<>();
    private long at;

    Writing(Path file) {
      this.file = file;
    }

    QuantizedLayout layout(Map<TensorEntry, RowFormat> formats, Quantization type, String key) {
      Map<TensorEntry, TensorEntry> scales = new LinkedHashMap<>();
      formats.forEach((source, format) -> {
        Shape shape = format.scales(source.shape().dim(0), source.shape().dim(1));
        scales.put(source, add(source.name() + "_scale", DType.F32, shape));
      });
      List<Layer> layers = new ArrayList<>();
      formats.forEach((source, format) -> {
        var encoding = format.encoding(Optional.ofNullable(scales.get(source)).orElseThrow());
        Shape laidOut = encoding.laidOut(source.shape());
        var numbers = add(source.name(), format.stored(), laidOut);
        layers.add(
            new Layer(
                source,
                format,
                new TensorEntry(
                    source.name(),
                    encoding,
                    source.shape(),
                    file,
                    numbers.offset(),
                    numbers.length())));
      });
      byte[] header = header(type, key);
      return new QuantizedLayout(
          file, layers.stream().map(layer -> moved(layer, header.length)).toList(), header, at);
    }

    private TensorEntry add(String name, DType type, Shape laidOut) {
      long length = laidOut.elements() * type.bytes();
      var entry = new TensorEntry(name, type, laidOut, file, at, length);
      tensors.add(entry);
      at += length;
      return entry;
    }

    private static Layer moved(Layer layer, long by) {
      TensorEntry numbers = moved(layer.numbers(), by);
      var encoding = layer.format().encoding(moved(layer.scales(), by));
      return new Layer(layer.source(), layer.format(), numbers.as(encoding));
    }

    private static TensorEntry moved(TensorEntry entry, long by) {
      return new TensorEntry(
          entry.name(),
          entry.encoding(),
          entry.shape(),
          entry.file(),
          entry.offset() + by,
          entry.length());
    }

    private byte[] header(Quantization type, String key) {
      var json =
          new StringBuilder(
              "{\"__metadata__\":{\"inkstream_quantization\":\"%s\",\"version\":\"%s\",\"of\":\"%s\",\"crc32c\":\"%s\"}"
                  .formatted(type, VERSION, key, OPEN));
      for (TensorEntry entry : tensors) {
        json.append(
            ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(
                    entry.name(),
                    entry.encoding(),
                    entry.shape(),
                    entry.offset(),
                    entry.offset() + entry.length()));
      }
      byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
      int length = (Long.BYTES + text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      byte[] header = new byte[length];
      Arrays.fill(header, (byte) ' ');
      ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(length - Long.BYTES).put(text);
      return header;
    }
  }
}
