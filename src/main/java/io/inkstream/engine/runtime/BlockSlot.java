package io.inkstream.engine.runtime;

import io.inkstream.engine.device.DeviceDriver;
import io.inkstream.engine.device.DeviceDriver.Mark;
import io.inkstream.engine.device.Pull;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Memory of the device that holds the weights of one block at a time.
final class BlockSlot implements AutoCloseable {
  private final DeviceDriver driver;
  private final long address;
  private final List<SessionBinding> bindings;
  private final Runnable free;
  private final Mark loaded;
  private final Mark used;
  private int block = -1;
  private CompletableFuture<?> loading = CompletableFuture.completedFuture(null);

  /// @param bindings of each form that the blocks run in
  BlockSlot(DeviceDriver driver, long address, List<SessionBinding> bindings, Runnable free) {
    this.free = free;
    this.driver = driver;
    this.address = address;
    this.bindings = List.copyOf(bindings);
    this.loaded = driver.mark();
    this.used = driver.mark();
  }

  long address() {
    return address;
  }

  SessionBinding binding(int form) {
    return bindings.get(form);
  }

  boolean holds(int wanted) {
    return block == wanted;
  }

  /// `loading` ends when the copies of the block's weights have been given to the device.
  void take(int next, CompletableFuture<?> loading) {
    this.block = next;
    this.loading = loading;
  }

  /// Its block's weights are there.
  void holdsNow(int filled) {
    take(filled, CompletableFuture.completedFuture(null));
  }

  /// Makes the runs to come wait for the weights.
  ///
  /// @throws EngineException if they cannot be read
  void awaitWeights() {
    awaitCopies();
    driver.runsWaitFor(loaded);
  }

  private void awaitCopies() {
    try {
      loading.join();
    } catch (CompletionException e) {
      block = -1;
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /// Copies the weights to another device, and waits until they are there: this memory may be
  /// another's then.
  ///
  /// @param to address on that device
  void giveTo(DeviceDriver other, long to, long bytes) {
    awaitCopies();
    other.runsWaitFor(loaded);
    other.pull(List.of(Pull.piece(to, driver, address, bytes)));
    other.synchronize();
  }

  void markLoaded() {
    driver.markLoads(loaded);
  }

  void markUsed() {
    driver.markRuns(used);
  }

  /// Makes the loads to come wait for the runs that read the slot.
  void awaitUse() {
    driver.loadsWaitFor(used);
  }

  @Override
  public void close() {
    loading.handle((nothing, failure) -> nothing).join();
    bindings.forEach(SessionBinding::close);
    driver.awaitMark(loaded);
    free.run();
  }
}
