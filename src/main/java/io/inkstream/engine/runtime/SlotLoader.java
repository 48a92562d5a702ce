package io.inkstream.engine.runtime;

import io.inkstream.engine.device.DeviceDriver;
import io.inkstream.engine.device.DeviceQueue;
import io.inkstream.engine.device.SharedArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Brings weights of blocks from their files to the device, one block after the other, on a thread
/// of its own.
final class SlotLoader implements AutoCloseable {
  // What cuBLAS and vector loads like.
  private static final long ALIGNMENT = 256;

  private final List<NativeSession> sessions;
  private final DeviceQueue queue;
  private final DeviceDriver driver;
  private final List<Map<String, WeightSource>> weights;
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final long slotBytes;
  private final MappedFiles files = new MappedFiles();
  private PinnedBlocks pinned;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("weights").factory());
  private final List<CompletableFuture<?>> begun = new ArrayList<>();

  /// @param sessions that run the blocks
  SlotLoader(
      List<NativeSession> sessions, DeviceQueue queue, List<Map<String, WeightSource>> weights) {
    this.sessions = sessions;
    this.queue = queue;
    this.driver = queue.driver();
    this.pinned = PinnedBlocks.none(driver);
    this.weights = weights;
    long at = 0;
    for (var weight : weights.getFirst().entrySet()) {
      offsets.put(weight.getKey(), at);
      at += aligned(weight.getValue().bytes());
    }
    this.slotBytes = at;
  }

  /// Bytes of a slot for such a block.
  static long slotBytes(Map<String, WeightSource> block) {
    return block.values().stream().mapToLong(weight -> aligned(weight.bytes())).sum();
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /// A slot without content, bound to runs of its own.
  BlockSlot slot() {
    long address = queue.pool().fresh(slotBytes);
    var bindings = sessions.stream().map(session -> binding(session, address)).toList();
    return new BlockSlot(driver, address, bindings, () -> queue.pool().free(address, slotBytes));
  }

  /// With those of the weights that the session reads.
  private SessionBinding binding(NativeSession session, long address) {
    var binding = new SessionBinding(session, queue);
    weights
        .getFirst()
        .forEach((name, weight) -> {
          if (session.inputs().all().contains(name)) {
            long at = address + Objects.requireNonNull(offsets.get(name));
            binding.bindWeight(name, weight.type(), weight.shape(), at);
          }
        });
    return binding;
  }

  /// Begins to fill a slot for good.
  void begin(BlockSlot slot, int block) {
    begun.add(load(slot, block));
  }

  /// Copies what another device's slot holds, which has the layout of these.
  void copy(BlockSlot from, BlockSlot to) {
    from.giveTo(driver, to.address(), slotBytes);
    queue.traffic().weightsAcross(slotBytes);
  }

  /// Whether slots for such weights look like these, block by block.
  boolean hasLayoutOf(List<Map<String, WeightSource>> others) {
    return weights.equals(others)
        && List.copyOf(offsets.keySet()).equals(List.copyOf(others.getFirst().keySet()));
  }

  /// A slot that is being filled while others run.
  BlockSlot returning(int block) {
    BlockSlot slot = slot();
    load(slot, block);
    return slot;
  }

  long slotBytes() {
    return slotBytes;
  }

  /// Waits until the resident blocks have been read.
  ///
  /// @throws EngineException if one cannot be
  void finish() {
    try {
      begun.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      begun.clear();
    }
  }

  /// Copies blocks into page-locked memory, from where they come from now on.
  ///
  /// @throws EngineException if the host has not so much, or a file cannot be read
  void pin(BitSet blocks) {
    pinned = PinnedBlocks.of(driver, blocks, slotBytes, this::write);
  }

  private void write(int block, MemorySegment slot) {
    weights
        .get(block)
        .forEach((name, weight) -> {
          long at = Objects.requireNonNull(offsets.get(name));
          var place = slot.asSlice(at, weight.bytes());
          switch (weight.content()) {
            case WeightSource.InFiles(var parts) -> write(parts, place);
            case WeightSource.Made made -> made.make(place);
          }
        });
  }

  private void write(List<WeightSource.Part> parts, MemorySegment to) {
    long at = 0;
    for (WeightSource.Part part : parts) {
      MemorySegment.copy(files.bytes(part), 0, to, at, part.bytes());
      at += part.bytes();
    }
  }

  /// Begins to fill a slot.
  CompletableFuture<?> load(BlockSlot slot, int block) {
    var loading = CompletableFuture.runAsync(() -> copy(slot, block), thread);
    slot.take(block, loading);
    return loading;
  }

  private void copy(BlockSlot slot, int block) {
    slot.awaitUse();
    queue.traffic().weightsUp(slotBytes);
    MemorySegment copy = pinned.of(block);
    if (copy == null) {
      copyFromFiles(slot, block);
    } else {
      driver.loadPinned(slot.address(), copy);
    }
    slot.markLoaded();
  }

  private void copyFromFiles(BlockSlot slot, int block) {
    weights
        .get(block)
        .forEach((name, weight) -> {
          long at = slot.address() + Objects.requireNonNull(offsets.get(name));
          switch (weight.content()) {
            case WeightSource.InFiles(var parts) -> copy(parts, at);
            case WeightSource.Made made -> copy(made, weight.bytes(), at);
          }
        });
  }

  private void copy(List<WeightSource.Part> parts, long to) {
    long at = to;
    for (WeightSource.Part part : parts) {
      driver.load(at, files.bytes(part));
      at += part.bytes();
    }
  }

  private void copy(WeightSource.Made made, long bytes, long to) {
    try (var arena = new SharedArena()) { // several threads copy from it
      MemorySegment all = arena.allocate(bytes, ALIGNMENT);
      made.make(all);
      driver.load(to, all);
    }
  }

  @Override
  public void close() {
    thread.close();
    pinned.close();
    files.close();
  }
}
