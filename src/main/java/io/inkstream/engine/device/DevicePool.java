package io.inkstream.engine.device;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The memory that a device's runs work in, and its tensors: chunks that are kept for the next who
/// asks. All sessions share it, so that what one of them leaves is there for another.
///
/// Sizes are rounded up by an eighth at most: a prompt of some tokens more finds the chunks of the
/// one before, and nothing grows. Whoever is given a chunk uses it in the device's stream of runs,
/// and is done with it there before the next comes: so it may be given away again at once. A
/// library that runs in a stream of its own is the exception: what it gives back before its run has
/// ended, it alone gets again until then.
///
/// Safe for any thread.
public final class DevicePool {
  private static final long SMALL = 1 << 20;
  private static final long LEAST = 512;
  private static final int STEPS = 8; // from one power of two to the next
  private static final int MOST_WASTE = 4; // a chunk may be larger than what is wanted by a quarter

  private final DeviceDriver driver;
  private final boolean inStream;
  // Guarded by this, as all below.
  private final TreeMap<Long, Deque<Chunk>> idle = new TreeMap<>();
  private final TreeMap<Long, Deque<Chunk>> resting = new TreeMap<>(); // until the run has ended
  private final Map<Long, Chunk> taken = new HashMap<>();
  private long takenBytes;
  private long idleBytes;
  private long ownBytes; // of the driver, chunks and weights
  private long age;
  private @Nullable EngineException refusal;

  private static final class Chunk {
    final long address;
    final long bytes;
    final boolean kept;
    long used;

    Chunk(long address, long bytes, boolean kept) {
      this.address = address;
      this.bytes = bytes;
      this.kept = kept;
    }
  }

  /// @param inStream whether the library runs in the device's stream of runs
  DevicePool(DeviceDriver driver, boolean inStream) {
    this.driver = driver;
    this.inStream = inStream;
  }

  /// A chunk of so many bytes or a little more. Whoever takes it gives it back by [#give].
  ///
  /// @throws OutOfDeviceMemoryException if the device has not so much, idle chunks counted
  public synchronized long take(long bytes) {
    long size = rounded(bytes);
    Chunk chunk = found(idle, size);
    return keep(chunk == null ? new Chunk(fresh(size), size, true) : chunk);
  }

  private @Nullable Chunk found(TreeMap<Long, Deque<Chunk>> chunks, long size) {
    Map.Entry<Long, Deque<Chunk>> entry = chunks.ceilingEntry(size);
    if (entry == null || entry.getKey() > size + size / MOST_WASTE) {
      return null;
    }
    Chunk chunk = entry.getValue().pop();
    if (entry.getValue().isEmpty()) {
      chunks.remove(entry.getKey());
    }
    idleBytes -= chunk.bytes;
    return chunk;
  }

  private long keep(Chunk chunk) {
    chunk.used = age;
    taken.put(chunk.address, chunk);
    takenBytes += chunk.bytes;
    return chunk.address;
  }

  /// Memory that is no chunk, as weights take it: exactly so many bytes, given back to the driver.
  ///
  /// @throws OutOfDeviceMemoryException if the device has not so much, idle chunks counted
  public synchronized long fresh(long bytes) {
    try {
      return allocated(bytes);
    } catch (EngineException e) {
      release();
    }
    try {
      return allocated(bytes);
    } catch (EngineException e) {
      throw new OutOfDeviceMemoryException(String.valueOf(e.getMessage()));
    }
  }

  private long allocated(long bytes) {
    long address = driver.allocate(bytes);
    ownBytes += bytes;
    return address;
  }

  /// Gives back what [#fresh] gave.
  public synchronized void free(long address, long bytes) {
    driver.free(address);
    ownBytes -= bytes;
  }

  /// A chunk for the library, which cannot be told of a failure, that the device is lost among
  /// them: it is remembered for [#throwIfRefused].
  ///
  /// @return 0 if there is none, unless the driver has something to go on with
  synchronized long takeForLibrary(long bytes) {
    try {
      return inStream ? take(bytes) : takeApart(bytes);
    } catch (EngineException e) {
      refusal = e;
      long spare = driver.spare(bytes);
      return spare == 0 ? 0 : keep(new Chunk(spare, bytes, false));
    }
  }

  private long takeApart(long bytes) {
    Chunk chunk = found(resting, rounded(bytes));
    if (chunk != null) {
      return keep(chunk);
    }
    long address = take(bytes);
    driver.synchronize(); // or whoever had it may not be done with it yet
    return address;
  }

  /// Takes a chunk back.
  public synchronized void give(long address) {
    give(address, idle);
  }

  /// Takes a chunk back from the library.
  synchronized void giveFromLibrary(long address) {
    give(address, inStream ? idle : resting);
  }

  /// The library has run, and the device is done with it.
  public synchronized void ran() {
    resting.forEach((size, chunks) -> chunks(idle, size).addAll(chunks));
    resting.clear();
  }

  private void give(long address, TreeMap<Long, Deque<Chunk>> to) {
    Chunk chunk = taken.remove(address);
    if (chunk == null) {
      return; // null, as C frees it
    }
    takenBytes -= chunk.bytes;
    if (chunk.kept) {
      chunks(to, chunk.bytes).push(chunk);
      idleBytes += chunk.bytes;
    } else {
      driver.free(address);
    }
  }

  private static Deque<Chunk> chunks(TreeMap<Long, Deque<Chunk>> sizes, long size) {
    return sizes.computeIfAbsent(size, _ -> new ArrayDeque<>());
  }

  /// Gives the device back what nobody has used since the last call but one.
  synchronized void settle() {
    free(age);
    age++;
  }

  /// Gives the device back whatever is idle.
  synchronized void release() {
    ran(); // to free a chunk waits for whatever uses it
    free(Long.MAX_VALUE);
  }

  private void free(long before) {
    for (Iterator<Deque<Chunk>> sizes = idle.values().iterator(); sizes.hasNext(); ) {
      Deque<Chunk> chunks = sizes.next();
      chunks.removeIf(chunk -> chunk.used < before && freed(chunk));
      if (chunks.isEmpty()) {
        sizes.remove();
      }
    }
  }

  private boolean freed(Chunk chunk) {
    free(chunk.address, chunk.bytes);
    idleBytes -= chunk.bytes;
    return true;
  }

  /// Remembers a failure within a call of the library, for [#throwIfRefused].
  synchronized void failed(Throwable failure) {
    refusal = new EngineException("the device's memory: " + failure, failure);
  }

  /// @throws EngineException if the library was refused memory since the last call
  public synchronized void throwIfRefused() {
    EngineException refused = refusal;
    refusal = null;
    if (refused != null) {
      throw refused;
    }
  }

  /// Bytes of chunks that are in use.
  public synchronized long takenBytes() {
    return takenBytes;
  }

  /// Bytes of chunks that are kept for the next who asks.
  public synchronized long idleBytes() {
    return idleBytes;
  }

  /// Bytes that the driver has given.
  public synchronized long ownBytes() {
    return ownBytes;
  }

  static long rounded(long bytes) {
    if (bytes <= SMALL) {
      return Math.max(LEAST, bytes <= 1 ? 1 : Long.highestOneBit(bytes - 1) << 1);
    }
    long step = Long.highestOneBit(bytes) / STEPS;
    return (bytes + step - 1) / step * step;
  }
}
