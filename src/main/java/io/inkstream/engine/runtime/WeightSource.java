package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// Where a weight comes from, for those that are brought to a session or a device instead of being
/// read by the library from their files.
///
/// @param type of its numbers where they are used
public record WeightSource(Content content, DType type, Shape shape) {
  /// What its bytes are.
  public sealed interface Content {}

  /// They lie in files as they are used.
  ///
  /// @param parts one after the other, wherever they lie
  public record InFiles(List<Part> parts) implements Content {
    public InFiles {
      parts = List.copyOf(parts);
    }
  }

  /// A part of a weight.
  ///
  /// @param offset of its first byte in the file
  /// @param bytes its length
  public record Part(Path file, long offset, long bytes) {}

  /// They are made of what lies in files, piece by piece; any number of threads may make pieces at
  /// once.
  public non-sealed interface Made extends Content {
    int pieces();

    /// Writes one piece.
    ///
    /// @param all the memory of the whole weight
    void make(int piece, MemorySegment all);

    /// Writes all pieces.
    default void make(MemorySegment all) {
      for (int piece = 0; piece < pieces(); piece++) {
        make(piece, all);
      }
    }
  }

  /// Its content, if it is made.
  ///
  /// @throws IllegalStateException if it is not
  Made made() {
    return switch (content) {
      case Made made -> made;
      case InFiles _ -> throw new IllegalStateException("a weight lies in a file and is not made");
    };
  }

  /// Its length where it is used.
  public long bytes() {
    return Math.multiplyExact(shape.elements(), type.bytes());
  }
}
