package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringJoiner;

/// Writes safetensors files, right ones and wrong ones.
public final class SafetensorsBuilder {
  private final StringJoiner members = new StringJoiner(",", "{", "}");
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  public static SafetensorsBuilder file() {
    return new SafetensorsBuilder();
  }

  SafetensorsBuilder metadata(String key, String value) {
    return member("\"__metadata__\":{\"%s\":\"%s\"}".formatted(key, value));
  }

  /// A tensor behind the ones before, as the reference implementation lays them out.
  public SafetensorsBuilder tensor(String name, DType dtype, byte[] bytes, long... shape) {
    int begin = data.size();
    data.writeBytes(bytes);
    return entry(
        name, dtype.name(), Arrays.toString(shape), "[%d,%d]".formatted(begin, data.size()));
  }

  public SafetensorsBuilder floats(String name, float... values) {
    return tensor(name, DType.F32, littleEndian(values), values.length);
  }

  /// A header entry with any text in it.
  SafetensorsBuilder entry(String name, String dtype, String shape, String offsets) {
    return member(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
            .formatted(name, dtype, shape, offsets));
  }

  /// Any text between the header's commas.
  SafetensorsBuilder member(String json) {
    members.add(json);
    return this;
  }

  /// Bytes behind the ones before.
  SafetensorsBuilder data(int count) {
    data.writeBytes(new byte[count]);
    return this;
  }

  byte[] bytes() {
    return withHeader(members.toString(), data.toByteArray());
  }

  public Path writeTo(Path file) {
    return write(file, bytes());
  }

  static byte[] withHeader(String header, byte... data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return prefixed(
        text.length, ByteBuffer.allocate(text.length + data.length).put(text).put(data));
  }

  /// Eight bytes of length, then the rest.
  static byte[] prefixed(long length, ByteBuffer rest) {
    return ByteBuffer.allocate(Long.BYTES + rest.capacity())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(rest.clear())
        .array();
  }

  public static byte[] littleEndian(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  static Path write(Path file, byte... bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path write(Path file, String text) {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
