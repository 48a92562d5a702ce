package io.inkstream.engine.runtime;

import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.runtime.WeightSource.Part;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Files of weights, mapped when first read.
final class MappedFiles implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Map<Path, MemorySegment> files = new ConcurrentHashMap<>();

  /// The bytes of a part of a weight.
  ///
  /// @throws EngineException if the file cannot be mapped
  MemorySegment bytes(Part part) {
    return files.computeIfAbsent(part.file(), this::map).asSlice(part.offset(), part.bytes());
  }

  private MemorySegment map(Path file) {
    try (var channel = FileChannel.open(file)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw new EngineException(file + " cannot be mapped: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
