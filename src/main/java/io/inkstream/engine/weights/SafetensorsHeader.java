package io.inkstream.engine.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a safetensors file says of itself, checked against the file's size.
///
/// @param tensors by name, in the header's order
/// @param metadata the strings of `__metadata__`
record SafetensorsHeader(Map<String, TensorEntry> tensors, Map<String, String> metadata) {
  /// The reference implementation's limit.
  private static final long LONGEST = 100_000_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  SafetensorsHeader {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  static SafetensorsHeader read(Path path) {
    try {
      Path file = path.toRealPath();
      // opening a pipe would wait for its writer
      if (!Files.isRegularFile(file)) {
        throw new SnapshotException(path, "is not a file, must be a safetensors file");
      }
      try (FileChannel channel = FileChannel.open(file)) {
        return read(path, file, channel);
      }
    } catch (IOException e) {
      throw SnapshotException.unreadable(path, e);
    }
  }

  private static SafetensorsHeader read(Path path, Path file, FileChannel channel)
      throws IOException {
    long size = channel.size();
    long start = Long.BYTES + length(path, channel, size);
    try (Reader text = text(new ChannelRange(channel, Long.BYTES, start));
        JsonParser parser = JSON.createParser(text)) {
      DataRegion data = new DataRegion(path, file, start, size - start);
      SafetensorsHeader header = new HeaderParser(path, data, parser).parse();
      data.requireCovered(header.tensors().values());
      return header;
    }
  }

  private static long length(Path path, FileChannel channel, long size) throws IOException {
    if (size < Long.BYTES) {
      throw new SnapshotException(
          path, "has " + size + " bytes, a safetensors file has at least 8");
    }
    ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ChannelRange.fill(channel, prefix, 0);
    long length = prefix.getLong();
    if (length < 0 || length > LONGEST || length > size - Long.BYTES) {
      long most = Math.min(LONGEST, size - Long.BYTES);
      throw new SnapshotException(
          path,
          "header length is "
              + Long.toUnsignedString(length)
              + ", must be at most "
              + most
              + " in a file of "
              + size
              + " bytes (truncated, or not a safetensors file)");
    }
    return length;
  }

  private static Reader text(ChannelRange bytes) {
    return new InputStreamReader(
        bytes,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }
}
