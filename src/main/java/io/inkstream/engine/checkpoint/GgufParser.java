package io.inkstream.engine.checkpoint;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reads a GGUF header of version 2 or 3: magic, counts, keys, tensors. Arrays are passed over: a
/// text encoder's file has its tokenizer's words in them.
final class GgufParser {
  /// The first four bytes.
  static final int MAGIC = 0x46554747; // GGUF

  private static final int MOST = 100_000;
  private static final int HIGHEST_RANK = 4;
  private static final int DEEPEST = 4;
  private static final long KEY_BYTES = 13; // a length, a type, a value of one byte
  private static final long INFO_BYTES = 24; // a length, no extents, a type, an offset
  private static final long DEFAULT_ALIGNMENT = 32;
  private static final long MOST_ALIGNMENT = 1 << 24;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final Path path;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, GgufFile.Info> infos = new LinkedHashMap<>();

  GgufParser(Path path) {
    this.path = path;
  }

  GgufFile parse() {
    try {
      Path file = path.toRealPath();
      // opening a pipe would wait for its writer
      if (!Files.isRegularFile(file)) {
        throw new SnapshotException(path, "is not a file, must be a GGUF file");
      }
      try (var input = new GgufInput(path, file)) {
        return parse(file, input);
      }
    } catch (IOException e) {
      throw SnapshotException.unreadable(path, e);
    }
  }

  private GgufFile parse(Path file, GgufInput input) throws IOException {
    requireVersion(input);
    long tensors = most("tensors", input.count("tensors", INFO_BYTES));
    long keys = most("keys", input.count("keys", KEY_BYTES));
    for (long key = 0; key < keys; key++) {
      key(input);
    }
    for (long tensor = 0; tensor < tensors; tensor++) {
      tensor(input);
    }
    long alignment = alignment();
    long start = (input.position() + alignment - 1) / alignment * alignment;
    long length = Math.max(0, input.size() - start);
    return new GgufFile(path, file, metadata, infos, new GgufFile.Data(start, length, alignment));
  }

  private void requireVersion(GgufInput input) throws IOException {
    if (input.u32() != MAGIC) {
      throw new SnapshotException(path, "does not begin with GGUF, must be a GGUF file");
    }
    long version = input.u32();
    if ((version & 0xFFFF) == 0 && version != 0) {
      throw new SnapshotException(
          path, "is a GGUF file of a big-endian machine, must be little-endian");
    }
    if (version < 2 || version > 3) {
      throw new SnapshotException(path, "is GGUF of version " + version + ", must be 2 or 3");
    }
  }

  private long most(String what, long count) {
    if (count > MOST) {
      throw new SnapshotException(path, "has " + count + " " + what + ", must be at most " + MOST);
    }
    return count;
  }

  private void key(GgufInput input) throws IOException {
    String name = input.text("a key");
    long type = input.u32();
    String value = value(input, name, type, 0).orElse("");
    if (metadata.put(name, value) != null) {
      throw new SnapshotException(path, "has key " + SnapshotException.quoted(name) + " twice");
    }
  }

  /// A value as text, if it is one and not an array.
  private Optional<String> value(GgufInput input, String name, long type, int depth)
      throws IOException {
    return switch ((int) type) {
      case 0, 7 -> Optional.of(String.valueOf(input.u8()));
      case 1 -> Optional.of(String.valueOf((byte) input.u8()));
      case 2 -> Optional.of(String.valueOf(input.u16()));
      case 3 -> Optional.of(String.valueOf((short) input.u16()));
      case 4 -> Optional.of(String.valueOf(input.u32()));
      case 5 -> Optional.of(String.valueOf((int) input.u32()));
      case 6 -> Optional.of(String.valueOf(input.f32()));
      case STRING -> Optional.of(input.shortText("key " + SnapshotException.quoted(name)));
      case ARRAY -> {
        array(input, name, depth + 1);
        yield Optional.empty();
      }
      case 10 -> Optional.of(Long.toUnsignedString(input.i64()));
      case 11 -> Optional.of(String.valueOf(input.i64()));
      case 12 -> Optional.of(String.valueOf(input.f64()));
      default -> throw wrongType(name, type);
    };
  }

  private void array(GgufInput input, String name, int depth) throws IOException {
    long type = input.u32();
    int bytes = bytesOfItem(name, type);
    long count = input.count("values of key " + SnapshotException.quoted(name), bytes);
    if (depth > DEEPEST) {
      throw new SnapshotException(
          path, "key %s has arrays in arrays".formatted(SnapshotException.quoted(name)));
    }
    if (type == STRING) {
      for (long i = 0; i < count; i++) {
        input.skip(input.count("bytes of key " + SnapshotException.quoted(name), 1));
      }
    } else if (type == ARRAY) {
      for (long i = 0; i < count; i++) {
        array(input, name, depth + 1);
      }
    } else {
      input.skip(count * bytes);
    }
  }

  /// Bytes that a value of a type takes at least.
  private int bytesOfItem(String name, long type) {
    return switch ((int) type) {
      case 0, 1, 7 -> 1;
      case 2, 3 -> 2;
      case 4, 5, 6 -> 4;
      case STRING, 10, 11, 12 -> 8;
      case ARRAY -> 12;
      default -> throw wrongType(name, type);
    };
  }

  private SnapshotException wrongType(String name, long type) {
    return new SnapshotException(
        path,
        "key %s is of type %d, must be 0 to 12".formatted(SnapshotException.quoted(name), type));
  }

  private void tensor(GgufInput input) throws IOException {
    String name = input.text("a tensor's name");
    long rank = input.u32();
    if (rank > HIGHEST_RANK) {
      throw SnapshotException.tensor(
          path, name, "has " + rank + " extents, must be at most " + HIGHEST_RANK);
    }
    long[] extents = new long[(int) rank];
    for (int i = extents.length - 1; i >= 0; i--) {
      extents[i] = input.i64();
    }
    var info = new GgufFile.Info(shape(name, extents), input.u32(), input.i64());
    if (infos.put(name, info) != null) {
      throw SnapshotException.tensor(path, name, "is there twice");
    }
  }

  private Shape shape(String name, long[] extents) {
    try {
      return new Shape(extents);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw SnapshotException.tensor(path, name, "has extents that are too large for any file");
    }
  }

  private long alignment() {
    String text = metadata.getOrDefault("general.alignment", "" + DEFAULT_ALIGNMENT);
    try {
      long alignment = Long.parseLong(text);
      if (alignment > 0 && alignment <= MOST_ALIGNMENT && Long.bitCount(alignment) == 1) {
        return alignment;
      }
    } catch (NumberFormatException e) {
      // no number: refused as any other that is none of these
    }
    throw new SnapshotException(
        path,
        "general.alignment is %s, must be a power of 2 up to %d"
            .formatted(SnapshotException.shown(text), MOST_ALIGNMENT));
  }
}
