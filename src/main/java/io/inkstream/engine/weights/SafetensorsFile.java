package io.inkstream.engine.weights;

import java.nio.file.Path;
import java.util.Map;

/// One safetensors file: 8 bytes of header length, a JSON header, the tensors' bytes.
///
/// [#open] reads the header alone and checks it against the file's size, so every [TensorEntry]
/// lies inside the file. Immutable; holds no open file.
public final class SafetensorsFile {
  private final Path path;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, SafetensorsHeader header) {
    this.path = path;
    this.header = header;
  }

  /// Reads and checks the header.
  ///
  /// @throws SnapshotException if the file cannot be read, is truncated, or is not in the format
  public static SafetensorsFile open(Path path) {
    return new SafetensorsFile(path, SafetensorsHeader.read(path));
  }

  /// All tensors by name, in the header's order; immutable.
  public Map<String, TensorEntry> tensors() {
    return header.tensors();
  }

  /// The free-form strings of `__metadata__`; immutable.
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /// The tensor of that name.
  ///
  /// @throws SnapshotException if the file has none
  public TensorEntry tensor(String name) {
    TensorEntry entry = header.tensors().get(name);
    if (entry == null) {
      throw SnapshotException.tensor(
          path, name, "is not among the " + header.tensors().size() + " tensors of this file");
    }
    return entry;
  }

  /// A copy of a tensor of F64, F32, F16 or BF16 as floats.
  ///
  /// @throws SnapshotException if it is missing, of another dtype, or too large for an array
  public float[] floats(String name) {
    return new TensorElements(path, tensor(name)).floats();
  }

  /// A copy of a tensor of I64, I32, I16, I8, U8 or BOOL as ints.
  ///
  /// @throws SnapshotException if it is missing, of another dtype, too large for an array, or has
  ///   an element that no `int` can hold
  public int[] ints(String name) {
    return new TensorElements(path, tensor(name)).ints();
  }

  @Override
  public String toString() {
    return path + " (" + header.tensors().size() + " tensors)";
  }
}
